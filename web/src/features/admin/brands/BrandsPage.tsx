import { useQueryClient } from '@tanstack/react-query'
import { languageList, languageNames, languages } from '@/lib/i18n'
import { sessionKey } from '@/lib/session'
import type { FieldSpec, Resource } from '@/kit/resource/schema'
import { brands, choices, every, keys } from '../api'
import { AdminList } from '../parts/AdminList'
import { changed } from '../parts/collection'
import { BrandColumn } from './BrandColumn'
import { timeZones } from '../parts/timeZones'
import type { Brand } from '../types'
import { ColorField } from './ColorField'
import { LogoTab } from './LogoTab'

interface Input {
  name: string
  color: string
  languages: string[]
  time_zone: string
  calendar_id: string | null
}

const fields: readonly FieldSpec<Input>[] = [
  { kind: 'text', name: 'name', label: 'setup.brand.name', required: true },
  { kind: 'custom', name: 'color', label: 'admin.brands.color', required: true, render: (control) => <ColorField control={control} /> },
  { kind: 'many', name: 'languages', label: 'admin.brands.languages', help: 'admin.brands.languagesHelp', required: true, options: { queryKey: ['admin', 'languages'], queryFn: async () => languageList.map((l) => ({ value: l, label: languages[l] })) } },
  { kind: 'one', name: 'time_zone', label: 'admin.timeZone', required: true, options: timeZones },
  { kind: 'one', name: 'calendar_id', label: 'admin.calendar', help: 'admin.brands.calendarHelp', options: choices(every.calendars) },
]

const resource: Resource<Brand, Input> = {
  key: keys.brands,
  words: { title: 'admin.brands.title', create: 'admin.brands.create', empty: 'admin.brands.empty', archived: 'admin.brands.archived', saved: 'admin.brands.saved' },
  edit: 'brand.edit',
  nameOf: (brand) => brand.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (brand) => <BrandColumn brand={brand} /> },
    { id: 'languages', label: 'admin.brands.languages', render: (brand) => languageNames(brand.languages) },
    { id: 'zone', label: 'admin.timeZone', wideOnly: true, render: (brand) => brand.time_zone.replaceAll('_', ' ') },
  ],
  fields,
  blank: { name: '', color: '#0b7285', languages: ['en'], time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, calendar_id: null },
  toInput: (brand) => ({ name: brand.name, color: brand.color, languages: brand.languages, time_zone: brand.time_zone, calendar_id: brand.calendar_id ?? null }),
  ...brands,
  create: ({ calendar_id, ...rest }) => brands.create(calendar_id ? { ...rest, calendar_id } : rest),
  // An empty key takes the calendar away.
  update: (id, input, before) => brands.update(id, changed({ ...input, calendar_id: input.calendar_id ?? '' }, { ...before, calendar_id: before.calendar_id ?? '' })),
  tabs: [{ id: 'logo', label: 'admin.brands.logo', render: (brand) => <LogoTab brand={brand} /> }],
}

/** Brands: the companies whose customers are answered. */
export function BrandsPage() {
  const cache = useQueryClient()
  // The session names one's brands, and every screen takes them from there.
  const told =
    <Args extends unknown[]>(act: ((...args: Args) => Promise<unknown>) | undefined) =>
    async (...args: Args) => {
      await act?.(...args)
      await cache.invalidateQueries({ queryKey: sessionKey })
    }
  const { create, update, archive, restore } = resource
  return <AdminList resource={{ ...resource, create: told(create), update: told(update), archive: told(archive), restore: told(restore) }} />
}
