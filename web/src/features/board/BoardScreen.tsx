import { Button } from '@mantine/core'
import { Tv } from 'lucide-react'
import { useState } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useSignedIn } from '@/lib/session'
import { ChooseOne } from '@/kit/Choose'
import { Page } from '@/kit/Page'
import { Empty } from '@/kit/states'
import { Tip } from '@/kit/Tip'
import { AlertStrip } from './AlertStrip'
import { type Asked, BoardDialogs } from './BoardDialogs'
import { BoardDrill } from './BoardDrill'
import { boardCommands } from './commands'
import { Freshness } from './Freshness'
import { LiveContacts } from './LiveContacts'
import { Numbers } from './Numbers'
import { QueueCards } from './QueueCards'
import { useStaff } from './staff'
import { useAge } from './useBoard'
import { useView } from './view'
import { Wall } from './Wall'
import classes from './Board.module.css'

const route = getRouteApi('/desk/board')

/** The board with everything that can be done on it. */
export function BoardScreen({ heardAt }: { heardAt: number }) {
  const t = useT()
  const { board } = useStaff()
  const view = useView(board)
  const stale = useAge(heardAt) !== undefined
  const { wall } = route.useSearch()
  const navigate = route.useNavigate()
  const [asked, setAsked] = useState<Asked>()
  const toWall = (on: boolean) => void navigate({ search: (now) => ({ ...now, wall: on || undefined }) })
  useCommand(boardCommands.wall, () => toWall(true))
  useCommand(boardCommands.bring, () => setAsked({ kind: 'bring' }))

  if (wall) return <Wall view={view} heardAt={heardAt} onLeave={() => toWall(false)} />
  return (
    <Page title={t('board.title')} hint={<Freshness heardAt={heardAt} live={board.live} />} actions={<Actions onWall={() => toWall(true)} />}>
      <div className={classes.ground} data-stale={stale || undefined}>
        {board.queues.length === 0 ? (
          <Empty title={t('board.empty')} text={t('board.emptyText')} />
        ) : (
          <div className={classes.stack}>
            <AlertStrip queues={view.queues} onBring={(queue) => setAsked({ kind: 'bring', queue })} />
            <Numbers view={view} stale={stale} />
            <QueueCards view={view} onAsk={setAsked} />
            <LiveContacts view={view} />
          </div>
        )}
      </div>
      <BoardDialogs asked={asked} onClose={() => setAsked(undefined)} onAsk={setAsked} />
      <BoardDrill />
    </Page>
  )
}

const all = ''

function Actions({ onWall }: { onWall: () => void }) {
  const t = useT()
  const { brands } = useSignedIn()
  const { brand } = route.useSearch()
  const navigate = route.useNavigate()
  const options = [{ value: all, label: t('board.allBrands') }, ...brands.map((b) => ({ value: b.id, label: b.name }))]
  return (
    <>
      {brands.length > 1 && <ChooseOne className={classes.brand} data={options} value={brand ?? all} onChange={(next) => void navigate({ search: (now) => ({ ...now, brand: next || undefined }), replace: true })} aria-label={t('board.brand')} />}
      <Tip label={t('board.wall')} command={boardCommands.wall}>
        <Button variant="default" leftSection={<Tv size={16} aria-hidden />} onClick={onWall} className={classes.wallButton}>
          {t('board.wallShort')}
        </Button>
      </Tip>
    </>
  )
}
