import { ActionIcon, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Bookmark, BookmarkPlus, Check, Settings2 } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { ErrorState, PanelBoundary, SkeletonRows } from '@/kit/states'
import { type Saved, partsOf, savedQuery, searchOf, shows } from './savedViews'
import type { WorklistSearch } from './search'
import classes from './Worklist.module.css'

const SaveViewDialog = lazyPart(async () => (await import('./SavedViewDialogs')).SaveViewDialog)
const ManageDialog = lazyPart(async () => (await import('./SavedViewDialogs')).ManageDialog)

interface Props {
  search: WorklistSearch
  onSearch: (search: WorklistSearch) => void
}

/** Filters and order under a name: the viewer's own, their teams' and everybody's. */
export function SavedViews({ search, onSearch }: Props) {
  const t = useT()
  const [dialog, setDialog] = useState<'save' | 'manage'>()
  const close = () => setDialog(undefined)
  return (
    <>
      <Menu position="bottom-end" width={280} withinPortal>
        <Menu.Target>
          <ActionIcon size={32} className={classes.filter} aria-label={t('desk.savedViews.title')} title={t('desk.savedViews.title')}>
            <Bookmark size={17} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown className={classes.savedList}>
          <Choices search={search} onSearch={onSearch} />
          <Menu.Divider />
          <Menu.Item leftSection={<BookmarkPlus size={16} aria-hidden />} onClick={() => setDialog('save')}>
            {t('desk.savedViews.current')}
          </Menu.Item>
          <Menu.Item leftSection={<Settings2 size={16} aria-hidden />} onClick={() => setDialog('manage')}>
            {t('desk.savedViews.manage')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PanelBoundary floating resetKey={dialog}>
        <Suspense>
          {dialog === 'save' && <SaveViewDialog search={search} onClose={close} />}
          {dialog === 'manage' && <ManageDialog search={search} onClose={close} />}
        </Suspense>
      </PanelBoundary>
    </>
  )
}

function Choices({ search, onSearch }: Props) {
  const t = useT()
  const asked = useQuery(savedQuery)
  if (asked.isPending) return <SkeletonRows plain rows={2} />
  if (asked.isError && !asked.data) return <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />
  const { mine, others } = partsOf(asked.data.items)
  if (mine.length + others.length === 0) return <p className={classes.savedNone}>{t('desk.savedViews.none')}</p>
  const item = (v: Saved) => (
    <Menu.Item key={v.id} rightSection={shows(search, v) ? <Check size={14} aria-hidden /> : undefined} aria-current={shows(search, v) || undefined} onClick={() => onSearch(searchOf(v, search.c))}>
      {v.name}
      <Shared view={v} />
    </Menu.Item>
  )
  return (
    <>
      {mine.length > 0 && <Menu.Label>{t('desk.savedViews.mine')}</Menu.Label>}
      {mine.map(item)}
      {others.length > 0 && <Menu.Label>{t('desk.savedViews.others')}</Menu.Label>}
      {others.map(item)}
    </>
  )
}

/** Whose it is, and who has it: nothing of what is one's own alone. */
export function Shared({ view }: { view: Saved }) {
  const t = useT()
  const who = view.shared === 'team' ? t('desk.savedViews.team', { name: view.team_name ?? '' }) : view.shared === 'all' ? t('desk.savedViews.everybody') : undefined
  const words = [view.owner_name && t('desk.savedViews.by', { name: view.owner_name }), who].filter(Boolean)
  return words.length === 0 ? null : <span className={classes.savedHint}>{words.join(' · ')}</span>
}
