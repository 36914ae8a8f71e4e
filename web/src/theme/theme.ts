import { type CSSVariablesResolver, type MantineColorsTuple, createTheme, rem } from '@mantine/core'

/** The accent from lightest to darkest; 6 is the filled control of the light theme. */
const accent: MantineColorsTuple = ['#eef3ff', '#dbe5ff', '#b9ccff', '#9bb5ff', '#6d90f8', '#3d66ee', '#2f5bea', '#2349c9', '#1c3ba6', '#162f84']
const danger: MantineColorsTuple = ['#fdecec', '#fbd5d5', '#f5abab', '#ff8a80', '#e06060', '#c93a3a', '#c22f2f', '#a52727', '#861f1f', '#6a1919']
// Mantine takes the grounds and lines of what our roles do not reach from these two.
const gray: MantineColorsTuple = ['#f8f9fb', '#f3f5f8', '#e6e9ef', '#cfd5df', '#b5bdca', '#8a93a5', '#5b6678', '#454f61', '#2a3240', '#12161f']
const dark: MantineColorsTuple = ['#e8ebf1', '#b0b9c9', '#8c96a9', '#6d778a', '#2b3140', '#232834', '#171b24', '#12151c', '#0f1218', '#0b0d12']

const controlHeights: Record<string, number> = { xs: 26, sm: 30, md: 32, lg: 40 }
const controlText: Record<string, number> = { xs: 12, sm: 13, md: 13, lg: 14 }

const height = (size: unknown) => rem(controlHeights[String(size ?? 'md')] ?? 32)
const text = (size: unknown) => rem(controlText[String(size ?? 'md')] ?? 13)

const inputVars = (_: unknown, props: { size?: unknown }) => ({
  wrapper: { '--input-height': height(props.size), '--input-fz': text(props.size), '--input-size': height(props.size) },
})

/** The look of all Mantine controls; colours come from tokens.css by the resolver below. */
export const theme = createTheme({
  fontFamily: 'var(--z-font)',
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  colors: { accent, danger, gray, dark },
  fontSizes: { xs: rem(11), sm: rem(12), md: rem(13), lg: rem(14), xl: rem(16) },
  lineHeights: { xs: '1.45', sm: '1.5', md: '1.54', lg: '1.57', xl: '1.5' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  breakpoints: { xs: '30em', sm: '47.5em', md: '56.25em', lg: '77.5em', xl: '90em' },
  shadows: { xs: 'var(--z-shadow-card)', sm: 'var(--z-shadow-card)', md: 'var(--z-shadow-menu)', lg: 'var(--z-shadow-pop)', xl: 'var(--z-shadow-pop)' },
  components: {
    Button: { defaultProps: { size: 'md' }, vars: (_: unknown, p: { size?: unknown }) => ({ root: { '--button-height': height(p.size), '--button-fz': text(p.size), '--button-padding-x': rem(12) } }) },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' }, vars: (_: unknown, p: { size?: unknown }) => ({ root: { '--ai-size': height(p.size) } }) },
    Input: { defaultProps: { size: 'md' }, vars: inputVars },
    InputWrapper: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { autosize: true, minRows: 3, maxRows: 12 } },
    // The placeholder is a focusable thing in a menu that is no item of it, which axe refuses.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, shadow: 'md', radius: 'lg', position: 'bottom-start', offset: 6, transitionProps: { transition: 'pop', duration: 100 }, withinPortal: true } },
    Popover: { defaultProps: { shadow: 'md', radius: 'lg', transitionProps: { transition: 'pop', duration: 100 } } },
    Tooltip: { defaultProps: { openDelay: 400, fz: 12, radius: 'sm', transitionProps: { duration: 90 }, events: { hover: true, focus: true, touch: false } } },
    Modal: { defaultProps: { radius: 'lg', padding: 'lg', centered: true, shadow: 'lg', overlayProps: { backgroundOpacity: 1, color: 'var(--z-scrim)' }, transitionProps: { transition: 'pop', duration: 120 } } },
    Drawer: { defaultProps: { position: 'right', shadow: 'lg', overlayProps: { backgroundOpacity: 1, color: 'var(--z-scrim)' }, transitionProps: { duration: 140 } } },
    Combobox: { defaultProps: { shadow: 'md' } },
    SegmentedControl: { defaultProps: { withItemsBorders: false } },
    Select: { defaultProps: { allowDeselect: false, checkIconPosition: 'right' } },
  },
})

const roles = {
  '--mantine-color-body': 'var(--z-surface)',
  '--mantine-color-text': 'var(--z-text)',
  '--mantine-color-bright': 'var(--z-text)',
  '--mantine-color-dimmed': 'var(--z-text-3)',
  '--mantine-color-placeholder': 'var(--z-text-3)',
  '--mantine-color-anchor': 'var(--z-accent-text)',
  '--mantine-color-error': 'var(--z-danger)',
  '--mantine-color-default': 'var(--z-surface)',
  '--mantine-color-default-hover': 'var(--z-hover)',
  '--mantine-color-default-color': 'var(--z-text)',
  '--mantine-color-default-border': 'var(--z-border-strong)',
  '--mantine-color-disabled': 'var(--z-hover)',
  '--mantine-color-disabled-color': 'var(--z-text-3)',
  '--mantine-color-disabled-border': 'var(--z-border)',
  '--mantine-primary-color-filled': 'var(--z-accent)',
  '--mantine-primary-color-filled-hover': 'var(--z-accent-hover)',
  '--mantine-primary-color-light': 'var(--z-accent-tint)',
  '--mantine-primary-color-light-hover': 'var(--z-selected)',
  '--mantine-primary-color-light-color': 'var(--z-accent-text)',
  '--mantine-color-accent-filled': 'var(--z-accent)',
  '--mantine-color-accent-filled-hover': 'var(--z-accent-hover)',
  '--mantine-color-accent-light': 'var(--z-accent-tint)',
  '--mantine-color-accent-light-hover': 'var(--z-selected)',
  '--mantine-color-accent-light-color': 'var(--z-accent-text)',
  '--mantine-color-danger-filled': 'var(--z-danger-fill)',
  '--mantine-color-danger-light': 'var(--z-danger-tint)',
  '--mantine-color-danger-light-color': 'var(--z-danger)',
  '--mantine-color-gray-light': 'var(--z-hover)',
  '--mantine-color-gray-light-hover': 'var(--z-hover)',
  '--mantine-color-gray-light-color': 'var(--z-text-2)',
  '--mantine-color-gray-outline': 'var(--z-border-strong)',
}

/** Points Mantine's own variables at our roles, the same in both schemes: the roles switch. */
export const resolveVariables: CSSVariablesResolver = () => ({ variables: {}, light: roles, dark: roles })
