import { ActionIcon, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, Ellipsis } from 'lucide-react'
import { type KeyboardEvent, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useCan, useSignedIn } from '@/lib/session'
import { formatNumber } from '@/lib/time'
import { Avatar } from '@/kit/Avatar'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { calledBy } from '../conversation/calledBy'
import { boardQuery } from './api'
import { caseCommands as commands } from './commands'
import { useDraggableCase, useDropColumn } from './drag'
import { DueBadge, PriorityMark } from './Marks'
import { nameIn, useStatuses } from './names'
import { findOnBoard, stepOnBoard } from './rows'
import { type CasesSearch, queryOf } from './search'
import type { Board, CaseRow, Column } from './types'
import { useCaseActs } from './useCaseActs'
import classes from './CaseBoard.module.css'

const countedUpTo = 1000 // the server counts no further

/** The cases by status: dragged from one to another, or moved by their menu. */
export function CaseBoard({ search }: { search: CasesSearch }) {
  const t = useT()
  const { view, brand } = queryOf(search)
  const board = useQuery(boardQuery({ view, brand }))
  const { find } = useStatuses()
  const { setStatus } = useCaseActs()
  const [current, setCurrent] = useState<string>()
  const [menu, setMenu] = useState<string>()
  const element = useRef<HTMLDivElement>(null)
  if (board.isError && !board.data) return <ErrorState error={board.error} onRetry={() => void board.refetch()} />
  if (!board.data) return <SkeletonRows plain rows={8} />
  const { columns } = board.data
  const shown: Board = board.data

  const move = (id: string, to: string) => {
    const row = findOnBoard(shown, id)
    const status = find(to)
    if (!row || !status || row.status_id === to) return
    void setStatus(row, status)
    // The card is made anew in its new column: the focus goes with it.
    requestAnimationFrame(() => focusCard(element.current, id))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const at = spotOf(columns, current)
    if (!at || !(event.target instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.altKey) return
    const to = stepOnBoard(columns.map((c) => c.items.length), at, event.key)
    const next = to && columns[to.column]?.items[to.place]
    if (!next) return
    event.preventDefault()
    focusCard(element.current, next.id)
  }
  return (
    // The keys of the cards inside, gathered in one place.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={element} className={classes.board} onKeyDown={onKeyDown}>
      <CardKeys row={current === undefined ? undefined : findOnBoard(shown, current)} onMenu={setMenu} />
      {columns.map((column) => (
        <ColumnView key={column.status_id} column={column} onDrop={move}>
          {column.items.map((row) => (
            <Card key={row.id} row={row} menuOpen={menu === row.id} onMenu={(open) => setMenu(open ? row.id : undefined)} onMove={(to) => move(row.id, to)} onFocus={() => setCurrent(row.id)} />
          ))}
          {column.items.length === 0 && <li className={classes.empty}>{t('cases.board.empty')}</li>}
          {column.count > column.items.length && <li className={classes.empty}>{t('cases.board.more', { count: column.count - column.items.length })}</li>}
        </ColumnView>
      ))}
    </div>
  )
}

const focusCard = (board: HTMLElement | null, id: string) => board?.querySelector<HTMLElement>(`[data-case="${CSS.escape(id)}"] a`)?.focus()

function spotOf(columns: readonly Column[], id: string | undefined) {
  for (const [column, { items }] of columns.entries()) {
    const place = items.findIndex((r) => r.id === id)
    if (place >= 0) return { column, place }
  }
  return undefined
}

/** What the keys do with the card that had the focus last. */
function CardKeys({ row, onMenu }: { row: CaseRow | undefined; onMenu: (id: string) => void }) {
  const { setStatus, setOwner } = useCaseActs()
  const { user } = useSignedIn()
  const done = useStatuses().offered.find((s) => s.category === 'done')
  useCommand(commands.move, () => row && onMenu(row.id), row !== undefined)
  useCommand(commands.resolve, () => row && done && void setStatus(row, done), Boolean(row?.open && done))
  useCommand(commands.take, () => row && void setOwner(row, { id: user.id, name: user.name }), Boolean(row?.open && row.owner?.id !== user.id))
  return null
}

function ColumnView({ column, onDrop, children }: { column: Column; onDrop: (id: string, to: string) => void; children: React.ReactNode }) {
  const t = useT()
  const { nameOf } = useStatuses()
  const place = useRef<HTMLElement>(null)
  const over = useDropColumn(place, (id) => onDrop(id, column.status_id))
  const name = nameOf(column.status_id)
  return (
    <section ref={place} className={classes.column} data-over={over || undefined} aria-label={name}>
      <header className={classes.columnHead}>
        <h2>{name}</h2>
        <span className={classes.count}>
          {formatNumber(column.count, t.language)}
          {column.count >= countedUpTo && '+'}
        </span>
      </header>
      <ul className={classes.cards}>{children}</ul>
    </section>
  )
}

interface CardProps {
  row: CaseRow
  menuOpen: boolean
  onMenu: (open: boolean) => void
  onMove: (to: string) => void
  onFocus: () => void
}

function Card({ row, menuOpen, onMenu, onMove, onFocus }: CardProps) {
  const t = useT()
  const mayMove = useCan('case.edit') && !row.merged_into
  const card = useRef<HTMLLIElement>(null)
  const lifted = useDraggableCase(card, row.id, mayMove)
  return (
    <li ref={card} className={classes.card} data-case={row.id} data-lifted={lifted || undefined} data-movable={mayMove || undefined}>
      <div className={classes.cardHead}>
        <span className={classes.number}>#{row.number}</span>
        <PriorityMark priority={row.priority} />
        {mayMove && <MoveMenu row={row} open={menuOpen} onOpen={onMenu} onMove={onMove} />}
      </div>
      <Link to="/cases/$id" params={{ id: row.id }} className={classes.subject} draggable={false} onFocus={onFocus}>
        {row.subject || t('cases.noSubject')}
      </Link>
      {row.customer && <span className={classes.customer}>{calledBy(t, row.customer)}</span>}
      <div className={classes.cardFoot}>
        <DueBadge row={row} />
        <span className={classes.owner}>
          {row.owner ? (
            <>
              <Avatar name={row.owner.name} size={20} />
              <span>{row.owner.name}</span>
            </>
          ) : (
            t('cases.noOwner')
          )}
        </span>
      </div>
    </li>
  )
}

/** Everything that dragging does, without dragging. */
function MoveMenu({ row, open, onOpen, onMove }: { row: CaseRow; open: boolean; onOpen: (open: boolean) => void; onMove: (to: string) => void }) {
  const t = useT()
  const { offered } = useStatuses()
  return (
    <Menu opened={open} onChange={onOpen} position="bottom-end" width={230} keepMounted={false} returnFocus>
      <Menu.Target>
        <ActionIcon size={24} className={classes.menu} aria-label={t('cases.board.move', { number: `#${row.number}` })}>
          <Ellipsis size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('cases.board.moveTo')}</Menu.Label>
        {offered.map((status) => (
          <Menu.Item key={status.id} disabled={status.id === row.status_id} rightSection={status.id === row.status_id && <Check size={14} aria-label={t('state.chosen')} />} onClick={() => onMove(status.id)}>
            {nameIn(status.names, t.language)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
