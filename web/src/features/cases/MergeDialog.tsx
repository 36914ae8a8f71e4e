import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { Dialog } from '@/kit/overlays'
import { calledBy } from '../conversation/calledBy'
import { caseQuery } from './api'
import { keys } from './caches'
import { DueBadge, StatusBadge } from './Marks'
import { PickCase } from './PickCase'
import type { CaseDetail, CaseRow } from './types'
import parts from './Case.module.css'
import classes from './CasePage.module.css'

/** Lets a case go on in another, after a look at what that will mean. */
export function MergeDialog({ detail, onClose }: { detail: CaseDetail; onClose: () => void }) {
  const t = useT()
  return (
    <Dialog opened onClose={onClose} title={t('cases.merge.title', { number: `#${detail.number}` })} size={560}>
      <Body detail={detail} onClose={onClose} />
    </Dialog>
  )
}

function Body({ detail, onClose }: { detail: CaseDetail; onClose: () => void }) {
  const t = useT()
  const act = useAct()
  const [chosen, setChosen] = useState<CaseRow>()
  const path = { id: detail.id }
  const merge = (into: CaseRow) => {
    onClose()
    void act({
      done: t('cases.done.merged', { number: `#${detail.number}`, into: `#${into.number}` }),
      touches: [keys.all, ['case']],
      commit: () => ok(api.POST('/api/v1/cases/{id}/merge', { params: { path }, body: { into_id: into.id, version: detail.version } })),
      undo: () => ok(api.POST('/api/v1/cases/{id}/unmerge', { params: { path }, body: {} })),
    })
  }
  return (
    <form
      className={parts.properties}
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen) merge(chosen)
      }}
    >
      <p className={parts.faint}>{t('cases.merge.help')}</p>
      <PickCase brand={detail.brand_id} without={[detail.id, ...detail.merged.map((r) => r.id)]} chosen={chosen} onChoose={setChosen} />
      {chosen && <Preview detail={detail} into={chosen} />}
      <div className={parts.acts}>
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" disabled={!chosen}>
          {chosen ? t('cases.merge.do', { into: `#${chosen.number}` }) : t('cases.act.merge')}
        </Button>
      </div>
    </form>
  )
}

/** Both cases side by side, and what the one that goes on will hold. */
function Preview({ detail, into }: { detail: CaseDetail; into: CaseRow }) {
  const t = useT()
  const other = useQuery(caseQuery(into.id)).data
  const talks = other && new Set([...other.conversations, ...detail.conversations].map((c) => c.id)).size
  return (
    <section className={classes.preview} aria-label={t('cases.merge.preview')}>
      <Side row={detail} told={t('cases.merge.ends')} />
      <ArrowRight className={classes.arrow} size={18} aria-hidden />
      <Side row={into} told={t('cases.merge.goesOn')} />
      <ul className={classes.previewFacts}>
        {talks !== undefined && <li>{t('cases.merge.conversations', { count: talks, into: `#${into.number}` })}</li>}
        <li>{t('cases.merge.later', { into: `#${into.number}` })}</li>
        {detail.customer && into.customer && detail.customer.id !== into.customer.id && <li className={parts.wrong}>{t('cases.merge.otherCustomer', { name: calledBy(t, into.customer) })}</li>}
      </ul>
    </section>
  )
}

function Side({ row, told }: { row: CaseRow; told: string }) {
  const t = useT()
  return (
    <div className={classes.previewSide}>
      <span className={parts.faint}>{told}</span>
      <strong>
        #{row.number} {row.subject}
      </strong>
      <span className={parts.faint}>{row.customer && calledBy(t, row.customer)}</span>
      <span className={parts.pickMarks}>
        <StatusBadge row={row} />
        <DueBadge row={row} />
      </span>
    </div>
  )
}
