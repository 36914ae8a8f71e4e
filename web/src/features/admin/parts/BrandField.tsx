import { ChooseOne } from '@/kit/Choose'
import type { Control } from '@/kit/resource/schema'
import { useBrands } from './lookups'

/** Whose a thing is. */
export function BrandField({ control, help, placeholder, required = true }: { control: Control; help?: string; placeholder?: string; required?: boolean }) {
  const { options } = useBrands()
  return (
    <ChooseOne
      name={control.name}
      label={control.label}
      description={help}
      placeholder={placeholder}
      required={required}
      clearable={!required}
      data={options}
      value={(control.value as string | null) || null}
      error={control.error}
      disabled={control.disabled}
      onChange={control.onChange as (v: string | null) => void}
    />
  )
}
