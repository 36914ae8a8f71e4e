import { ColorInput, NumberInput, PasswordInput, TagsInput, TextInput } from '@mantine/core'
import '@mantine/core/styles/ColorSwatch.layer.css'
import '@mantine/core/styles/ColorPicker.layer.css'
import '@mantine/core/styles/ColorInput.layer.css'
import { MessageSquare } from 'lucide-react'
import { useState } from 'react'
import { languageList, languages, useT } from '@/lib/i18n'
import { ChooseMany, ChooseOne } from '@/kit/Choose'
import { type Form, leastPassword } from '@/kit/form'
import { readableOn } from '@/theme/contrast'
import type { SetupValues } from './input'
import classes from './SetupPage.module.css'

export interface StepProps {
  form: Form<SetupValues>
}

const swatches = ['#2f5bea', '#0f7552', '#b0246f', '#a24a10', '#5a45d6', '#0b6b8a', '#c22f2f', '#3a4252']

/** Time zones of the browser, with its own and UTC, which some leave out. */
const zoneNames = new Set([...Intl.supportedValuesOf('timeZone'), Intl.DateTimeFormat().resolvedOptions().timeZone, 'UTC'])
const timeZones = [...zoneNames].toSorted().map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))

export function OperatorStep({ form }: StepProps) {
  const t = useT()
  const [asksCode] = useState(form.values.code === '') // the printed address brings it along
  return (
    <>
      {(asksCode || form.errorOf('code')) && <TextInput size="lg" autoFocus autoComplete="off" label={t('setup.code')} description={t('setup.codeHelp')} {...form.text('code')} />}
      <TextInput size="lg" autoFocus={!asksCode} autoComplete="organization" label={t('setup.operator.name')} description={t('setup.operator.nameHelp')} {...form.text('operator.name')} />
      <TextInput size="lg" autoComplete="name" label={t('person.name')} {...form.text('administrator.name')} />
      <TextInput size="lg" type="email" autoComplete="username" label={t('person.email')} {...form.text('administrator.email')} />
      <PasswordInput size="lg" autoComplete="new-password" label={t('person.password')} description={t('person.passwordHelp', { least: leastPassword })} visibilityToggleButtonProps={{ 'aria-label': t('person.showPassword') }} {...form.text('administrator.password')} />
    </>
  )
}

export function BrandStep({ form }: StepProps) {
  const t = useT()
  return (
    <>
      <TextInput size="lg" autoFocus label={t('setup.brand.name')} {...form.text('brand.name')} />
      <ColorInput size="lg" withEyeDropper={false} format="hex" swatches={swatches} label={t('setup.brand.color')} description={t('setup.brand.colorHelp')} name="brand.color" value={form.values['brand.color']} onChange={(v) => form.set('brand.color', v)} error={form.errorOf('brand.color')} />
      <ChooseMany
        size="lg"
        label={t('setup.brand.languages')}
        name="brand.languages"
        data={languageList.map((l) => ({ value: l, label: languages[l] }))}
        value={form.values['brand.languages']}
        onChange={(v) => form.set('brand.languages', v)}
        error={form.errorOf('brand.languages')}
      />
      <ChooseOne size="lg" label={t('setup.brand.timeZone')} name="brand.time_zone" data={timeZones} value={form.values['brand.time_zone']} onChange={(v) => form.set('brand.time_zone', v ?? '')} error={form.errorOf('brand.time_zone')} />
    </>
  )
}

export function WidgetStep({ form }: StepProps) {
  const t = useT()
  const color = form.values['brand.color']
  const name = form.values['brand.name']
  return (
    <>
      <TextInput size="lg" autoFocus label={t('setup.widget.name')} description={t('setup.widget.nameHelp')} {...form.text('widget.name')} />
      <TagsInput
        size="lg"
        label={t('setup.widget.domains')}
        description={t('setup.widget.domainsHelp')}
        placeholder={form.values['widget.domains'].length === 0 ? 'shop.example.com' : undefined}
        name="widget.domains"
        splitChars={[',', ' ']}
        value={form.values['widget.domains']}
        onChange={(v) => form.set('widget.domains', v)}
        error={form.errorOf('widget.domains')}
      />
      <figure className={classes.preview}>
        <figcaption>{t('setup.widget.preview')}</figcaption>
        <div className={classes.launcher} style={{ background: color, color: readableOn(color) }}>
          <MessageSquare size={20} aria-hidden /> {t('setup.widget.launcher', { brand: name })}
        </div>
      </figure>
    </>
  )
}

export function QueueStep({ form }: StepProps) {
  const t = useT()
  return (
    <>
      <TextInput size="lg" autoFocus label={t('setup.queue.name')} description={t('setup.queue.nameHelp')} {...form.text('queue.name')} />
      <fieldset className={classes.target}>
        <legend>{t('setup.queue.target')}</legend>
        <p className={classes.hint}>{t('setup.queue.targetHelp')}</p>
        <div className={classes.pair}>
          <NumberInput
            size="lg"
            label={t('setup.queue.percent')}
            suffix=" %"
            min={1}
            max={100}
            allowDecimal={false}
            name="queue.target_percent"
            value={form.values['queue.target_percent']}
            onChange={(v) => form.set('queue.target_percent', Number(v) || 0)}
            error={form.errorOf('queue.target_percent')}
          />
          <NumberInput
            size="lg"
            label={t('setup.queue.seconds')}
            min={1}
            max={3600}
            allowDecimal={false}
            name="queue.target_seconds"
            value={form.values['queue.target_seconds']}
            onChange={(v) => form.set('queue.target_seconds', Number(v) || 0)}
            error={form.errorOf('queue.target_seconds')}
          />
        </div>
      </fieldset>
    </>
  )
}
