import { ActionIcon, Button, Popover } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useCan, useSignedIn } from '@/lib/session'
import { ChooseOne } from '@/kit/Choose'
import { queuesQuery } from '../conversation/api'
import type { Sort } from '../conversation/types'
import { worklistCommands } from './commands'
import { type WorklistSearch, queryOf, sorts, usualSort } from './search'
import classes from './Worklist.module.css'

interface Props {
  search: WorklistSearch
  onSearch: (search: WorklistSearch) => void
}

/** Order, queue and brand of the list. */
export function Filters({ search, onSearch }: Props) {
  const t = useT()
  const [open, setOpen] = useState(false)
  useCommand(worklistCommands.filter, () => setOpen(true))
  const label = t('desk.act.filter')
  return (
    <Popover opened={open} onChange={setOpen} width={280} position="bottom-end" trapFocus returnFocus withRoles>
      <Popover.Target>
        <ActionIcon size={32} className={classes.filter} data-on={search.queue !== undefined || search.brand !== undefined || undefined} onClick={() => setOpen((now) => !now)} aria-label={label} title={label}>
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
      <Button variant="default" disabled={!search.queue && !search.brand && !search.sort} onClick={() => onSearch({ ...search, queue: undefined, brand: undefined, sort: undefined })}>
        {t('act.clearFilters')}
      </Button>
    </div>
  )
}
