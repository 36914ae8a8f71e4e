import { ColorInput } from '@mantine/core'
import '@mantine/core/styles/ColorInput.layer.css'
import '@mantine/core/styles/ColorPicker.layer.css'
import '@mantine/core/styles/ColorSwatch.layer.css'
import { MessageSquare } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { formatNumber } from '@/lib/time'
import { contrast, readableOn } from '@/theme/contrast'
import { Badge } from '@/kit/Badge'
import type { Control } from '@/kit/resource/schema'
import classes from './Brands.module.css'

const swatches = ['#0b7285', '#1864ab', '#364fc7', '#5f3dc4', '#9c36b5', '#a61e4d', '#c92a2a', '#d9480f', '#5c940d', '#2b8a3e', '#343a40']
const isColor = /^#[0-9a-f]{6}$/i
const readable = 4.5 // WCAG 2.2 AA

/** A colour with how text reads on it. Where white does not, the widget darkens the colour. */
export function ColorField({ control, help }: { control: Control; help?: string }) {
  const t = useT()
  const color = String(control.value ?? '')
  return (
    <div className={classes.color}>
      <ColorInput
        name={control.name}
        label={control.label}
        description={help}
        required
        withEyeDropper={false}
        format="hex"
        swatches={swatches}
        value={color}
        disabled={control.disabled}
        error={control.error}
        onChange={control.onChange as (v: string) => void}
      />
      {isColor.test(color) && (
        <div className={classes.sample}>
          <span className={classes.launcher} style={{ background: color, color: readableOn(color) }}>
            <MessageSquare size={16} aria-hidden /> {t('admin.brands.sample')}
          </span>
          <Contrast color={color} />
        </div>
      )}
    </div>
  )
}

function Contrast({ color }: { color: string }) {
  const t = useT()
  const ratio = contrast('#ffffff', color)
  const fine = ratio >= readable
  return (
    <span className={classes.contrast}>
      <Badge tone={fine ? 'ok' : 'warn'}>{t('admin.brands.contrast', { ratio: formatNumber(ratio, t.language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }) })}</Badge> {t(fine ? 'admin.brands.contrastFine' : 'admin.brands.contrastLow')}
    </span>
  )
}
