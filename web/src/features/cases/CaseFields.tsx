import { Checkbox, NumberInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import { fieldsQuery } from './api'
import { nameIn } from './names'
import type { CaseField, CaseRow } from './types'
import { useCaseActs } from './useCaseActs'

/** What the company asks of its cases beside the usual. */
export function CaseFields({ row, editable }: { row: CaseRow; editable: boolean }) {
  const t = useT()
  const { setField } = useCaseActs()
  const fields = useQuery(fieldsQuery(row.brand_id)).data ?? []
  return fields.map((field) => {
    const name = nameIn(field.names, t.language)
    return <Field key={field.id} field={field} name={name} value={row.fields[field.key]} disabled={!editable} onChange={(value) => void setField(row, field.key, value, name)} />
  })
}

interface FieldProps {
  field: Pick<CaseField, 'type' | 'choices'> & { required?: boolean }
  name: string
  value: unknown
  disabled: boolean
  onChange: (value: unknown) => void
}

/** A field of the company's own, edited by its type. */
export function Field(props: FieldProps) {
  const { field, name, value, disabled, onChange } = props
  const { language } = useT()
  switch (field.type) {
    case 'yes_no':
      return <Checkbox label={name} checked={value === true} disabled={disabled} onChange={(e) => onChange(e.currentTarget.checked)} />
    case 'choice':
      return (
        <ChooseOne
          label={name}
          withAsterisk={field.required}
          data={field.choices.map((c) => ({ value: c.key, label: nameIn(c.names, language) }))}
          value={typeof value === 'string' ? value : null}
          disabled={disabled}
          clearable={!disabled}
          clearButtonProps={{ 'aria-label': name }}
          onChange={onChange}
        />
      )
    default:
      return <Typed key={String(value ?? '')} {...props} />
  }
}

/** What is typed counts when one leaves the field, or presses Enter. */
function Typed({ field, name, value, disabled, onChange }: FieldProps) {
  const was = value === undefined || value === null ? '' : String(value)
  const [typed, setTyped] = useState(was)
  const save = () => {
    const text = typed.trim()
    if (text === was) return
    if (text === '') onChange(undefined)
    else onChange(field.type === 'number' ? Number(text) : text)
  }
  const shared = {
    label: name,
    withAsterisk: field.required,
    disabled,
    onBlur: save,
    onKeyDown: (e: React.KeyboardEvent) => {
      if (e.key === 'Enter') save()
    },
  }
  if (field.type === 'number') return <NumberInput {...shared} value={typed} onChange={(v) => setTyped(String(v))} />
  return <TextInput {...shared} type={field.type === 'date' ? 'date' : 'text'} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
}
