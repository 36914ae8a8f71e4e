import { MultiSelect, type MultiSelectProps, Select, type SelectProps } from '@mantine/core'
import { useT } from '@/lib/i18n'

/** Something to choose. */
export interface Option {
  value: string
  label: string
}

const folded = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ł', 'l').replaceAll('Ł', 'L').toLowerCase()

/** Whether a text contains what was typed, accents aside: "zajac" finds Zając. */
export function matchesText(text: string, typed: string): boolean {
  return folded(text).includes(folded(typed.trim()))
}

type Filter = NonNullable<SelectProps['filter']>
const filter: Filter = ({ options, search }) => options.filter((o) => !('label' in o) || matchesText(o.label, search))
const searchableFrom = 8

/** One of a list; long lists can be searched, accents aside. */
export function ChooseOne({ data, ...rest }: Omit<SelectProps, 'data'> & { data: readonly Option[] }) {
  const t = useT()
  return <Select data={[...data]} searchable={data.length >= searchableFrom} filter={filter} nothingFoundMessage={t('state.nothingFound')} {...rest} />
}

/** Any number of a list. */
export function ChooseMany({ data, ...rest }: Omit<MultiSelectProps, 'data'> & { data: readonly Option[] }) {
  const t = useT()
  return <MultiSelect data={[...data]} searchable={data.length >= searchableFrom} filter={filter} hidePickedOptions nothingFoundMessage={t('state.nothingFound')} {...rest} />
}
