import { ActionIcon, Button, Popover, type SelectProps } from '@mantine/core'
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useCan, useSignedIn } from '@/lib/session'
import { useChannelName } from '@/kit/ChannelMark'
import { ChooseOne } from '@/kit/Choose'
import { queuesQuery } from '../conversation/api'
import { keys } from '../conversation/caches'
import type { Sort } from '../conversation/types'
import { worklistCommands } from './commands'
import type { ListState } from './list'
import { type WorklistSearch, queryOf, sorts, usualSort } from './search'
import classes from './Worklist.module.css'

interface Props {
  search: WorklistSearch
  onSearch: (search: WorklistSearch) => void
}

/** Order, queue, brand and channel of the list. */
export function Filters({ search, onSearch }: Props) {
  const t = useT()
  const [open, setOpen] = useState(false)
  useCommand(worklistCommands.filter, () => setOpen(true))
  const label = t('desk.act.filter')
  return (
    <Popover opened={open} onChange={setOpen} width={280} position="bottom-end" trapFocus returnFocus withRoles>
      <Popover.Target>
        <ActionIcon size={32} className={classes.filter} data-on={Boolean(search.queue ?? search.brand ?? search.channel) || undefined} onClick={() => setOpen((now) => !now)} aria-label={label} title={label}>
          <SlidersHorizontal size={17} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <Fields search={search} onSearch={onSearch} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Fields({ search, onSearch }: Props) {
  const t = useT()
  const { brands } = useSignedIn()
  const mayQueues = useCan('queue.read')
  const queues = useQuery({ ...queuesQuery, enabled: mayQueues }).data ?? []
  const { view, sort } = queryOf(search)
  const inside = { comboboxProps: { withinPortal: false } }
  const offered = sorts.filter((s) => s !== 'deadline' || usualSort(view) === 'deadline')
  return (
    <div className={classes.filters}>
      <ChooseOne {...inside} data-autofocus label={t('desk.filter.sort')} data={offered.map((s) => ({ value: s, label: t(`desk.sort.${s}`) }))} value={sort} onChange={(next) => onSearch({ ...search, sort: next === usualSort(view) ? undefined : (next as Sort) })} />
      {queues.length > 0 && (
        <ChooseOne
          {...inside}
          label={t('desk.filter.queue')}
          placeholder={t('desk.filter.any')}
          data={queues.filter((q) => !search.brand || q.brand_id === search.brand).map((q) => ({ value: q.id, label: q.name }))}
          value={search.queue ?? null}
          onChange={(queue) => onSearch({ ...search, queue: queue ?? undefined })}
          clearable
          allowDeselect
        />
      )}
      {brands.length > 1 && (
        <ChooseOne
          {...inside}
          label={t('desk.filter.brand')}
          placeholder={t('desk.filter.any')}
          data={brands.map((b) => ({ value: b.id, label: b.name }))}
          value={search.brand ?? null}
          onChange={(brand) => onSearch({ ...search, brand: brand ?? undefined, queue: undefined })}
          clearable
          allowDeselect
        />
      )}
      <ChannelField {...inside} search={search} onSearch={onSearch} />
      <Button variant="default" disabled={!search.queue && !search.brand && !search.channel && !search.sort} onClick={() => onSearch({ ...search, queue: undefined, brand: undefined, channel: undefined, sort: undefined })}>
        {t('act.clearFilters')}
      </Button>
    </div>
  )
}

/** Offers the channels by which conversations have come; one alone is no choice. */
function ChannelField({ search, onSearch, ...inside }: Props & Pick<SelectProps, 'comboboxProps'>) {
  const t = useT()
  const cache = useQueryClient()
  const channelName = useChannelName()
  const [channels] = useState(() => channelsSeen(cache, search.channel))
  if (channels.length < 2 && !search.channel) return null
  return (
    <ChooseOne
      {...inside}
      label={t('desk.filter.channel')}
      placeholder={t('desk.filter.any')}
      data={channels.map((c) => ({ value: c, label: channelName(c) }))}
      value={search.channel ?? null}
      onChange={(channel) => onSearch({ ...search, channel: channel ?? undefined })}
      clearable
      allowDeselect
    />
  )
}

/** The channels of all rows that any list has held, and the one that is chosen. */
function channelsSeen(cache: QueryClient, chosen: string | undefined): string[] {
  const lists = cache.getQueriesData<ListState>({ queryKey: keys.lists })
  const seen = new Set(lists.flatMap(([, list]) => list?.rows.map((r) => r.channel) ?? []))
  if (chosen) seen.add(chosen)
  return [...seen].toSorted()
}
