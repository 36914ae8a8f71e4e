import { useT } from '@/lib/i18n'
import { ChooseMany } from '@/kit/Choose'
import type { Control } from '@/kit/resource/schema'
import { useBrands } from '../parts/lookups'

/** Which brands somebody works for. Brands of others that the reader does not see stay as they are. */
export function BrandsField({ control, help }: { control: Control; help?: string }) {
  const t = useT()
  const { options } = useBrands()
  const value = control.value as string[]
  const hidden = value.filter((id) => !options.some((o) => o.value === id)).map((id) => ({ value: id, label: t('admin.gone') }))
  return <ChooseMany name={control.name} label={control.label} description={help} data={[...options, ...hidden]} value={value} error={control.error} disabled={control.disabled} onChange={control.onChange as (v: string[]) => void} />
}
