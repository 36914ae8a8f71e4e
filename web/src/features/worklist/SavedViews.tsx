import { ActionIcon, Button, Menu, SegmentedControl, TextInput } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Bookmark, Trash2 } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { type Schemas, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { useAct } from '@/kit/act'
import { type WorklistSearch } from './search'

type Saved = Schemas['SavedViewBody']

const key = ['saved-views'] as const
const savedQuery = queryOptions({ queryKey: key, queryFn: () => ok(api.GET('/api/v1/saved-views')), staleTime: 60_000 })

/** The address that a saved view stands for. The open conversation stays open. */
export const searchOf = ({ query: q }: Pick<Saved, 'query'>, c: string | undefined): WorklistSearch => ({ view: q.view, q: q.q, queue: q.queue_id, brand: q.brand_id, channel: q.channel, sort: q.sort, c })

/** What is kept of an address. */
export const keptOf = ({ view = 'mine', q, queue, brand, channel, sort }: WorklistSearch): Saved['query'] => ({ view, q, queue_id: queue, brand_id: brand, channel, sort })

/** Filters and order under a name: the viewer's own, their teams' and everybody's. */
export function SavedViews({ search, onSearch }: { search: WorklistSearch; onSearch: (search: WorklistSearch) => void }) {
  const t = useT()
  const act = useAct()
  const saved = useQuery(savedQuery).data?.items ?? []
  const remove = (v: Saved) => act({ done: t('desk.savedViews.removed'), touches: [key], commit: () => ok(api.DELETE('/api/v1/saved-views/{id}', { params: { path: { id: v.id } } })) })
  return (
    <Menu position="bottom-end" withinPortal trapFocus>
      <Menu.Target>
        <ActionIcon variant="subtle" aria-label={t('desk.savedViews.title')}>
          <Bookmark size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('desk.savedViews.title')}</Menu.Label>
        {saved.map((v) => (
          <Menu.Item key={v.id} onClick={() => onSearch(searchOf(v, search.c))}>
            {v.name}
          </Menu.Item>
        ))}
        {saved.some((v) => v.mine) && <Menu.Divider />}
        {saved
          .filter((v) => v.mine)
          .map((v) => (
            <Menu.Item key={v.id} color="danger" leftSection={<Trash2 size={14} aria-hidden />} onClick={() => void remove(v)}>
              {t('desk.savedViews.remove', { name: v.name })}
            </Menu.Item>
          ))}
        <Menu.Divider />
        <SaveView search={search} />
      </Menu.Dropdown>
    </Menu>
  )
}

function SaveView({ search }: { search: WorklistSearch }) {
  const t = useT()
  const act = useAct()
  const shares = useCan('view.share', 'brand')
  const [name, setName] = useState('')
  const [shared, setShared] = useState<'own' | 'all'>('own')
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const body = { name: name.trim(), shared, query: keptOf(search) }
    if (await act({ done: t('desk.savedViews.saved'), touches: [key], commit: () => ok(api.POST('/api/v1/saved-views', { body })) })) setName('')
  }
  return (
    <form style={{ display: 'grid', gap: 8, padding: 8 }} onSubmit={(e) => void save(e)}>
      <TextInput size="xs" label={t('desk.savedViews.name')} maxLength={60} value={name} onChange={(e) => setName(e.currentTarget.value)} onKeyDown={(e) => e.stopPropagation()} />
      {shares && (
        <SegmentedControl
          size="xs"
          aria-label={t('desk.savedViews.shared')}
          value={shared}
          onChange={(v) => setShared(v as 'own' | 'all')}
          data={[
            { value: 'own', label: t('desk.savedViews.own') },
            { value: 'all', label: t('desk.savedViews.all') },
          ]}
        />
      )}
      <Button size="xs" type="submit" disabled={name.trim() === ''}>
        {t('desk.savedViews.save')}
      </Button>
    </form>
  )
}
