import { getRouteApi, useNavigate, useParams, Outlet } from '@tanstack/react-router'
import { useMediaQuery } from '@mantine/hooks'
import { BookOpen } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useScreenTitle } from '@/lib/title'
import { useNarrow } from '@/kit/SidePanel'
import { Empty, PanelBoundary } from '@/kit/states'
import { ArticleList } from './ArticleList'
import { knowledgeCommands as commands } from './commands'
import { MissingList } from './MissingList'
import { Places } from './Places'
import { listPart } from './search'
import classes from './Knowledge.module.css'

const route = getRouteApi('/desk/knowledge')

/** The tree of the articles, those of one place, and the open one; on phones one of them. */
export function KnowledgePage() {
  const t = useT()
  const search = route.useSearch()
  const navigate = useNavigate()
  const { id } = useParams({ strict: false })
  const narrow = useNarrow()
  const wide = useMediaQuery('(min-width: 1240px)', window.matchMedia('(min-width: 1240px)').matches)
  const writing = search.edit !== undefined || id === 'new'
  useScreenTitle(t('knowledge.title'))
  const create = () => void navigate({ to: '/knowledge/$id', params: { id: 'new' }, search: { ...listPart(search), edit: t.language } })
  useCommand(commands.create, create, !writing)

  // Who writes needs the room, and on phones there is only one pane.
  const listHidden = (narrow && id !== undefined) || (writing && !wide)
  return (
    <div className={classes.page} data-open={id !== undefined || undefined} data-list={!listHidden || undefined}>
      {!listHidden && (
        <section className={classes.side} aria-label={t('knowledge.places')}>
          <Places search={search} onCreate={create} />
          <PanelBoundary resetKey={search.missing}>{search.missing ? <MissingList /> : <ArticleList search={search} open={id} />}</PanelBoundary>
        </section>
      )}
      {(id !== undefined || !narrow) && (
        <div className={classes.main}>
          <PanelBoundary resetKey={id}>
            <Outlet />
          </PanelBoundary>
        </div>
      )}
    </div>
  )
}

/** Beside the list while no article is open. */
export function NothingOpen() {
  const t = useT()
  return (
    <div className={classes.nothing}>
      <Empty icon={<BookOpen size={20} />} title={t('knowledge.choose')} text={t('knowledge.chooseText')} />
    </div>
  )
}
