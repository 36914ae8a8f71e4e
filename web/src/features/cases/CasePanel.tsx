import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight, FolderPlus, Link2 } from 'lucide-react'
import { Suspense, useId, useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { useCan } from '@/lib/session'
import { detailQuery } from '../conversation/api'
import { besideQuery, caseQuery } from './api'
import { CaseProperties } from './CaseProperties'
import { Checklist } from './Checklist'
import { useCaseFrames } from './frames'
import { Clocks, DueBadge, PriorityMark, StatusBadge } from './Marks'
import { Notes } from './Notes'
import { OpenFromConversation, TieToConversation } from './PanelForms'
import type { CaseRow } from './types'
import classes from './Case.module.css'

const ChorusBar = lazyPart(async () => (await import('../chorus/ChorusBar')).ChorusBar)

type Adding = 'open' | 'link' | undefined

/** The cases of a conversation, beside it: looked at, changed, opened and tied. */
export function CasePanel({ conversation, brand }: { conversation: string; brand: string }) {
  const t = useT()
  useCaseFrames()
  const mayEdit = useCan('case.edit')
  const cases = useQuery(besideQuery(conversation))
  const [adding, setAdding] = useState<Adding>()
  const rows = cases.data ?? []
  const onlyOpen = rows.filter((r) => r.open)
  const close = () => setAdding(undefined)
  return (
    <section className={classes.section} aria-label={t('cases.title')}>
      <div className={classes.sectionHead}>
        <h3>{t('cases.title')}</h3>
        {mayEdit && (
          <span className={classes.headActs}>
            <Button size="compact-xs" variant="subtle" leftSection={<FolderPlus size={14} aria-hidden />} aria-expanded={adding === 'open'} onClick={() => setAdding((now) => (now === 'open' ? undefined : 'open'))}>
              {t('cases.panel.open')}
            </Button>
            <Button size="compact-xs" variant="subtle" leftSection={<Link2 size={14} aria-hidden />} aria-expanded={adding === 'link'} onClick={() => setAdding((now) => (now === 'link' ? undefined : 'link'))}>
              {t('cases.panel.link')}
            </Button>
          </span>
        )}
      </div>
      {adding === 'open' && <OpenFromConversation conversation={conversation} onDone={close} />}
      {adding === 'link' && <TieToConversation conversation={conversation} brand={brand} known={rows} onDone={close} />}
      {cases.isError && !cases.data && <p className={classes.faint}>{problemText(t, cases.error)}</p>}
      {cases.data && rows.length === 0 && !adding && <p className={classes.faint}>{t('cases.panel.none')}</p>}
      {rows.length > 0 && (
        <ul className={classes.panelCases}>
          {rows.map((row) => (
            <PanelCase key={row.id} row={row} startOpen={onlyOpen.length === 1 && row.open} />
          ))}
        </ul>
      )}
      {onlyOpen.length > 0 && <Outages conversation={conversation} />}
    </section>
  )
}

/** The outages of which cases of a private conversation are parts. Of a public one they stand above what was said. */
function Outages({ conversation }: { conversation: string }) {
  const { data, isPlaceholderData } = useQuery(detailQuery(conversation, useQueryClient()))
  if (!data || isPlaceholderData || data.post) return null
  return (
    <Suspense>
      <ChorusBar conversation={conversation} />
    </Suspense>
  )
}

function PanelCase({ row, startOpen }: { row: CaseRow; startOpen: boolean }) {
  const t = useT()
  const [open, setOpen] = useState(startOpen)
  const body = useId()
  return (
    <li className={classes.panelCase} data-done={!row.open || undefined}>
      <div className={classes.panelHead}>
        <button type="button" className={classes.fold} aria-expanded={open} aria-controls={body} aria-label={t('cases.panel.fold', { number: `#${row.number}` })} onClick={() => setOpen((now) => !now)}>
          <ChevronRight size={16} aria-hidden />
        </button>
        <Link to="/cases/$id" params={{ id: row.id }} className={classes.panelTitle}>
          <span className={classes.number}>#{row.number}</span> {row.subject}
        </Link>
      </div>
      <div className={classes.panelMarks}>
        <StatusBadge row={row} />
        <DueBadge row={row} />
        <PriorityMark priority={row.priority} />
        <span className={classes.faint}>{row.owner?.name ?? t('cases.noOwner')}</span>
      </div>
      <div id={body} hidden={!open}>
        {open && <PanelBody id={row.id} row={row} />}
      </div>
    </li>
  )
}

function PanelBody({ id, row }: { id: string; row: CaseRow }) {
  const t = useT()
  const detail = useQuery(caseQuery(id))
  const editable = useCan('case.edit') && !row.merged_into
  return (
    <div className={classes.panelBody}>
      {detail.data && <Clocks clocks={detail.data.clocks} />}
      <CaseProperties row={row} />
      {detail.isError && !detail.data && <p className={classes.faint}>{problemText(t, detail.error)}</p>}
      {detail.data && <Checklist detail={detail.data} editable={editable} />}
      <Notes id={id} editable={editable} />
    </div>
  )
}
