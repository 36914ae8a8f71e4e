import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCan, useSignedIn } from '@/lib/session'
import { peopleQuery } from './api'

interface Ref {
  id: string
  name: string
}

interface Props {
  label: string
  value: Ref | undefined
  placeholder: string
  disabled?: boolean
  clearable?: boolean
  onChange: (person: Ref | undefined) => void
}

const pause = 200 // milliseconds of typing before the server is asked

/** One person, found by name. Who sees no colleagues can choose themselves. */
export function PersonField({ label, value, placeholder, disabled, clearable = true, onChange }: Props) {
  const t = useT()
  const { user } = useSignedIn()
  const mayRead = useCan('user.read')
  const [typed, setTyped] = useState('')
  const [asked] = useDebouncedValue(typed === value?.name ? '' : typed, pause)
  const found = useQuery({ ...peopleQuery(asked), enabled: mayRead && !disabled }).data ?? []
  const people = new Map<string, string>([[user.id, user.name], ...found.map((p): [string, string] => [p.id, p.name])])
  if (value) people.set(value.id, value.name)
  return (
    <Select
      label={label}
      placeholder={placeholder}
      disabled={disabled}
      searchable
      clearable={clearable}
      clearButtonProps={{ 'aria-label': t('cases.noOwner') }}
      data={[...people].map(([id, name]) => ({ value: id, label: name }))}
      value={value?.id ?? null}
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={t('state.nothingFound')}
      onChange={(id) => {
        if (id !== (value?.id ?? null)) onChange(id ? { id, name: people.get(id) ?? '' } : undefined)
      }}
    />
  )
}
