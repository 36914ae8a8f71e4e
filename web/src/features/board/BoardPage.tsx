import { Skeleton } from '@mantine/core'
import { useT } from '@/lib/i18n'
import { Page } from '@/kit/Page'
import { Delayed, ErrorState } from '@/kit/states'
import { BoardScreen } from './BoardScreen'
import { StaffProvider } from './staff'
import { useBoard } from './useBoard'
import classes from './Board.module.css'

/** How everything stands now, and moving people about. */
export function BoardPage() {
  const t = useT()
  const board = useBoard()
  if (board.data) {
    return (
      <StaffProvider board={board.data}>
        <BoardScreen heardAt={board.dataUpdatedAt} />
      </StaffProvider>
    )
  }
  return (
    <Page title={t('board.title')}>
      <div className={classes.ground}>{board.isError ? <ErrorState error={board.error} onRetry={() => void board.refetch()} /> : <Waiting />}</div>
    </Page>
  )
}

/** Blocks of the size that will come. */
function Waiting() {
  const t = useT()
  return (
    <Delayed>
      <div className={classes.stack} role="status" aria-label={t('state.loading')}>
        <Skeleton height={50} radius="lg" />
        <Skeleton height={98} radius="lg" />
        <div className={classes.queues}>
          {['first', 'second', 'third'].map((key) => (
            <Skeleton key={key} height={228} radius="lg" />
          ))}
        </div>
        <Skeleton height={240} radius="lg" />
      </div>
    </Delayed>
  )
}
