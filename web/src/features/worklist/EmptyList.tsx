import { Button } from '@mantine/core'
import { CheckCheck, SearchX } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { Empty } from '@/kit/states'
import { useCan } from '@/lib/session'
import { usePresence, usePresenceChanges } from '@/shell/presence'
import { type WorklistSearch, isFiltered } from './search'

/** Why the list is empty, and the one thing to do about it. */
export function EmptyList({ search, onSearch }: { search: WorklistSearch; onSearch: (search: WorklistSearch) => void }) {
  const t = useT()
  const present = useCan('presence.self')
  if (isFiltered(search)) {
    return (
      <Empty
        icon={<SearchX size={20} />}
        title={t('desk.empty.filtered')}
        action={
          <Button variant="default" onClick={() => onSearch({ view: search.view, c: search.c })}>
            {t('act.clearFilters')}
          </Button>
        }
      />
    )
  }
  const view = search.view ?? 'mine'
  return <Empty icon={<CheckCheck size={20} />} title={t(`desk.empty.${view}`)} text={t(`desk.empty.${view}.text`)} action={view === 'mine' && present ? <BeAvailable /> : undefined} />
}

/** Work comes only to who is available. */
function BeAvailable() {
  const t = useT()
  const presence = usePresence().data
  const { setState, busy } = usePresenceChanges()
  if (!presence || (presence.state !== 'away' && presence.state !== 'offline')) return null
  return (
    <Button loading={busy} onClick={() => setState({ state: 'available' })}>
      {t('desk.empty.beAvailable')}
    </Button>
  )
}
