import { ColorInput, NumberInput, SegmentedControl, Switch, TagsInput, Textarea, TextInput } from '@mantine/core'
import '@mantine/core/styles/ColorInput.layer.css'
import '@mantine/core/styles/ColorPicker.layer.css'
import '@mantine/core/styles/ColorSwatch.layer.css'
import { type Language, useT } from '@/lib/i18n'
import type { Control } from '@/kit/resource/schema'
import { LanguageTabs } from '../parts/LanguageTabs'
import { useBrands } from '../parts/lookups'
import { GoOnByMail } from './GoOnByMail'
import { PrechatEditor } from './PrechatEditor'
import { type Look as WidgetLook, type Settings, type WidgetInput, textNames, withWidgetText } from './settings'
import parts from '../parts/parts.module.css'

const shortTexts = new Set(['title', 'placeholder'])

interface Props {
  control: Control
  settings: Settings
  set: (change: Partial<Settings>) => void
}

/** Everything that is decided about a widget beside its name and queue. */
export function WidgetFields({ control }: { control: Control }) {
  const t = useT()
  const settings = control.value as Settings
  const replace = control.onChange as (value: Settings) => void
  const props: Props = { control, settings, set: (change) => replace({ ...settings, ...change }) }
  return (
    <div className={parts.stack}>
      <Look {...props} />
      <h3>{t('admin.widgets.texts')}</h3>
      <p className={parts.hint}>{t('admin.widgets.textsHelp')}</p>
      <Texts control={control} settings={settings} replace={replace} />
      <h3>{t('admin.widgets.prechat')}</h3>
      <PrechatEditor prechat={settings.prechat ?? {}} errorOf={control.errorOf} disabled={control.disabled} onChange={(prechat) => props.set({ prechat })} />
      <h3>{t('admin.widgets.behaviour')}</h3>
      <Behaviour {...props} />
    </div>
  )
}

function Look({ control, settings, set }: Props) {
  const t = useT()
  const brand = useBrands().find((control.values as WidgetInput).brand_id)
  const { disabled, errorOf } = control
  return (
    <>
      <ColorInput name="config.color" label={t('admin.brands.color')} description={t('admin.widgets.colorHelp')} placeholder={brand?.color} withEyeDropper={false} format="hex" value={settings.color ?? ''} disabled={disabled} error={errorOf('config.color')} onChange={(color) => set({ color })} />
      <Place control={control} settings={settings} set={set} />
      <TagsInput
        name="config.domains"
        label={t('admin.widgets.domains')}
        description={t('admin.widgets.domainsHelp')}
        placeholder={settings.domains?.length ? undefined : '*.example.com'}
        splitChars={[',', ' ', '\n']}
        value={settings.domains ?? []}
        disabled={disabled}
        error={errorOf('config.domains')}
        onChange={(domains) => set({ domains })}
      />
    </>
  )
}

const themes = ['site', 'light', 'dark', 'auto'] as const

/** Where the widget sits, in which colours, and whether with its button. */
function Place({ control: { disabled }, settings, set }: Props) {
  const t = useT()
  const { look = {} } = settings
  const change = (part: WidgetLook) => set({ look: { ...look, ...part } })
  return (
    <>
      <div>
        <p className={parts.hint}>{t('admin.widgets.side')}</p>
        <SegmentedControl
          aria-label={t('admin.widgets.side')}
          disabled={disabled}
          value={look.side ?? 'right'}
          onChange={(side) => change({ side: side === 'left' ? 'left' : undefined })}
          data={(['left', 'right'] as const).map((side) => ({ value: side, label: t(`admin.widgets.side.${side}`) }))}
        />
      </div>
      <div>
        <p className={parts.hint}>{t('admin.widgets.theme')}</p>
        <SegmentedControl
          aria-label={t('admin.widgets.theme')}
          disabled={disabled}
          value={look.theme ?? 'site'}
          onChange={(theme) => change({ theme: theme === 'site' ? undefined : (theme as WidgetLook['theme']) })}
          data={themes.map((theme) => ({ value: theme, label: t(`admin.widgets.theme.${theme}`) }))}
        />
      </div>
      <Switch
        label={t('admin.widgets.launcher')}
        description={t('admin.widgets.launcherHelp')}
        checked={look.launcher !== 'hidden'}
        disabled={disabled}
        onChange={(e) => change({ launcher: e.currentTarget.checked ? undefined : 'hidden' })}
      />
    </>
  )
}

function Texts({ control, settings, replace }: { control: Control; settings: Settings; replace: (value: Settings) => void }) {
  const t = useT()
  const { errorOf, disabled } = control
  const markOf = (l: Language) => (errorOf(`config.texts.${l}`) ? 'wrong' : Object.keys(settings.texts?.[l] ?? {}).length > 0 ? 'filled' : undefined)
  return (
    <LanguageTabs label={t('admin.language')} markOf={markOf} start={t.language}>
      {(l) =>
        textNames.map((name) => {
          const Field = shortTexts.has(name) ? TextInput : Textarea
          return <Field key={name} lang={l} name={`config.texts.${l}.${name}`} label={t(`admin.widgets.text.${name}`)} minRows={2} value={settings.texts?.[l]?.[name] ?? ''} disabled={disabled} error={errorOf(`config.texts.${l}.${name}`)} onChange={(e) => replace(withWidgetText(settings, l, name, e.currentTarget.value))} />
        })
      }
    </LanguageTabs>
  )
}

function Behaviour({ control, settings, set }: Props) {
  const t = useT()
  const { disabled, errorOf } = control
  const { attachments } = settings
  return (
    <>
      <Switch label={t('admin.widgets.offline')} description={t('admin.widgets.offlineHelp')} checked={settings.offline} disabled={disabled} onChange={(e) => set({ offline: e.currentTarget.checked })} />
      <Switch label={t('admin.widgets.survey')} description={t('admin.widgets.surveyHelp')} checked={settings.survey} disabled={disabled} onChange={(e) => set({ survey: e.currentTarget.checked })} />
      <Switch label={t('admin.widgets.files')} checked={attachments.enabled} disabled={disabled} onChange={(e) => set({ attachments: { ...attachments, enabled: e.currentTarget.checked } })} />
      {attachments.enabled && (
        <TagsInput
          name="config.attachments.types"
          label={t('admin.widgets.fileTypes')}
          description={t('admin.widgets.fileTypesHelp')}
          placeholder={attachments.types?.length ? undefined : 'image/*, .pdf'}
          splitChars={[',', ' ', '\n']}
          value={attachments.types ?? []}
          disabled={disabled}
          error={errorOf('config.attachments.types')}
          onChange={(types) => set({ attachments: { ...attachments, types } })}
        />
      )}
      <NumberInput name="config.idle_minutes" label={t('admin.widgets.idle')} description={t('admin.widgets.idleHelp')} min={1} max={1440} allowDecimal={false} suffix=" min" value={settings.idle_minutes} disabled={disabled} error={errorOf('config.idle_minutes')} onChange={(v) => set({ idle_minutes: Number(v) || 0 })} />
      <NumberInput name="config.patience_minutes" label={t('admin.widgets.patience')} description={t('admin.widgets.patienceHelp')} min={2} max={1440} allowDecimal={false} suffix=" min" value={settings.patience_minutes} disabled={disabled} error={errorOf('config.patience_minutes')} onChange={(v) => set({ patience_minutes: Number(v) || 0 })} />
      <GoOnByMail mail={settings.mail} brand={(control.values as WidgetInput).brand_id} disabled={disabled} errorOf={errorOf} onChange={(mail) => set({ mail })} />
    </>
  )
}
