import { ColorInput, NumberInput, PasswordInput, Switch, TagsInput, Textarea, TextInput } from '@mantine/core'
import '@mantine/core/styles/ColorSwatch.layer.css'
import '@mantine/core/styles/ColorPicker.layer.css'
import '@mantine/core/styles/ColorInput.layer.css'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { ChooseMany, ChooseOne, type Option } from '../Choose'
import type { FieldSpec, Options } from './schema'

interface Props<Input> {
  spec: FieldSpec<Input>
  value: unknown
  error: string | undefined
  disabled: boolean
  /** Takes the focus when the form opens. */
  first?: boolean
  onChange: (value: never) => void
  errorOf: (path: string) => string | undefined
  values: Input
}

/** The control of one field of a resource form. */
export function Field<Input>({ spec, value, error, disabled, first, onChange, errorOf, values }: Props<Input>) {
  const t = useT()
  const common = { name: spec.name, label: t(spec.label), description: spec.help && t(spec.help), required: spec.required, error, disabled, 'data-autofocus': first || undefined }
  const set = onChange as (value: unknown) => void
  const typed = { ...common, value: String(value ?? ''), onChange: (e: { currentTarget: { value: string } }) => set(e.currentTarget.value) }

  switch (spec.kind) {
    case 'text':
      return <TextInput {...typed} placeholder={spec.placeholder} />
    case 'email':
      return <TextInput type="email" autoComplete="off" {...typed} />
    case 'password':
      return <PasswordInput autoComplete="new-password" {...typed} />
    case 'area':
      return <Textarea {...typed} />
    case 'number':
      return <NumberInput {...common} value={value as number} min={spec.min} max={spec.max} suffix={spec.suffix} allowDecimal={false} onChange={(v) => set(v === '' ? null : Number(v))} />
    case 'switch':
      return <Switch {...common} checked={value === true} onChange={(e) => set(e.currentTarget.checked)} />
    case 'color':
      return <ColorInput {...common} withEyeDropper={false} value={String(value ?? '')} format="hex" onChange={set} />
    case 'words':
      return <TagsInput {...common} value={(value ?? []) as string[]} onChange={set} splitChars={[',', ' ', '\n']} />
    case 'one':
    case 'many':
      return <Chosen many={spec.kind === 'many'} options={spec.options} common={common} value={value} onChange={set} />
    case 'custom':
      return <>{spec.render({ name: spec.name, label: common.label, value, error, disabled, onChange, errorOf, values })}</>
  }
}

interface ChosenProps {
  many: boolean
  options: Options
  common: { name: string; label: string; error: string | undefined; disabled: boolean; required?: boolean; description?: string }
  value: unknown
  onChange: (value: unknown) => void
}

function Chosen({ many, options, common, value, onChange }: ChosenProps) {
  const t = useT()
  const isFixed = isFixedList(options)
  const asked = useQuery(isFixed ? { queryKey: ['none'], queryFn: skipToken } : { staleTime: 30_000, ...options })
  const data: readonly Option[] = isFixed ? options.map((o) => ({ value: o.value, label: t(o.label) })) : ((asked.data as readonly Option[] | undefined) ?? [])
  const chosen = (value ?? []) as string[]
  // What a fixed list does not offer, as the form stands, is not shown as chosen.
  if (many) return <ChooseMany {...common} data={data} value={isFixed ? chosen.filter((one) => data.some((o) => o.value === one)) : chosen} onChange={onChange} />
  return <ChooseOne {...common} data={data} value={(value as string | undefined) || null} onChange={onChange} allowDeselect={!common.required} />
}

const isFixedList = (options: Options): options is Extract<Options, readonly unknown[]> => Array.isArray(options)
