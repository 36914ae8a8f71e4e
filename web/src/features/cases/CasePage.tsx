import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Suspense, useRef, useState } from 'react'
import { Problem } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { lazyPart } from '@/lib/parts'
import { useCan, useSignedIn } from '@/lib/session'
import { Ago } from '@/lib/time'
import { useScreenTitle } from '@/lib/title'
import { Empty, ErrorState, PanelBoundary, SkeletonRows } from '@/kit/states'
import { caseQuery } from './api'
import { CaseHead } from './CaseHead'
import { CaseHold } from './CaseHold'
import { CaseProperties } from './CaseProperties'
import { Checklist } from './Checklist'
import { caseCommands as commands } from './commands'
import { useCaseFrames } from './frames'
import { Clocks } from './Marks'
import { useStatuses } from './names'
import { Notes } from './Notes'
import { Ties } from './Ties'
import type { CaseDetail } from './types'
import { useCaseActs } from './useCaseActs'
import { Watchers } from './Watchers'
import classes from './CasePage.module.css'
import parts from './Case.module.css'

const MergeDialog = lazyPart(async () => (await import('./MergeDialog')).MergeDialog)
const AnswerDialog = lazyPart(async () => (await import('./AnswerAll')).AnswerDialog)
const AnswerReport = lazyPart(async () => (await import('./AnswerAll')).AnswerReport)

const route = getRouteApi('/desk/cases/$id')

/** One case with what stands around it. */
export function CasePage() {
  const t = useT()
  const { id } = route.useParams()
  useCaseFrames()
  const asked = useQuery(caseQuery(id))
  const { data, error } = asked
  useScreenTitle(data ? `#${data.number} ${data.subject}` : t('cases.title'))
  if (error instanceof Problem && error.status === 404) return <Empty title={t('cases.gone')} text={t('cases.goneText')} />
  if (asked.isError && !data) return <ErrorState error={error} onRetry={() => void asked.refetch()} />
  if (!data) return <SkeletonRows plain rows={8} />
  return <Shown key={id} detail={data} />
}

function Shown({ detail }: { detail: CaseDetail }) {
  const t = useT()
  const { answer } = route.useSearch()
  const navigate = route.useNavigate()
  const editable = useCan('case.edit') && !detail.merged_into
  const [dialog, setDialog] = useState<'merge' | 'answer'>()
  const note = useRef<HTMLTextAreaElement>(null)
  const close = () => setDialog(undefined)
  useKeys(detail, editable)
  useCommand(commands.note, () => note.current?.focus(), editable)
  useCommand(commands.merge, () => setDialog('merge'), editable)
  return (
    <article className={classes.page} aria-label={`#${detail.number} ${detail.subject}`}>
      <CaseHead detail={detail} editable={editable} onMerge={() => setDialog('merge')} onAnswer={() => setDialog('answer')} />
      <div className={classes.body}>
        <aside className={classes.side} aria-label={t('cases.details')}>
          <section className={parts.section} aria-label={t('cases.clocks')}>
            <div className={parts.sectionHead}>
              <h3>{t('cases.clocks')}</h3>
            </div>
            <Clocks clocks={detail.clocks} />
          </section>
          <CaseProperties row={detail} />
          <Watchers detail={detail} editable={editable} />
          <CaseHold id={detail.id} />
          <p className={parts.faint}>
            {t('cases.openedAt')} <Ago at={detail.opened_at} />
            {detail.reopened > 0 && ` · ${t('cases.reopened', { count: detail.reopened })}`}
          </p>
        </aside>
        <div className={classes.main}>
          {answer && (
            <PanelBoundary resetKey={answer}>
              <Suspense>
                <AnswerReport detail={detail} answer={answer} onClose={() => void navigate({ search: {}, replace: true })} />
              </Suspense>
            </PanelBoundary>
          )}
          <Ties detail={detail} editable={editable} />
          <Checklist detail={detail} editable={editable} />
          <Notes id={detail.id} editable={editable} field={note} />
        </div>
      </div>
      <PanelBoundary floating resetKey={dialog}>
        <Suspense>
          {dialog === 'merge' && <MergeDialog detail={detail} onClose={close} />}
          {dialog === 'answer' && <AnswerDialog detail={detail} onClose={close} onStarted={(started) => void navigate({ search: { answer: started } })} />}
        </Suspense>
      </PanelBoundary>
    </article>
  )
}

/** The acts that have keys and no place of their own. */
function useKeys(detail: CaseDetail, editable: boolean) {
  const acts = useCaseActs()
  const { user } = useSignedIn()
  const done = useStatuses().offered.find((s) => s.category === 'done')
  useCommand(commands.resolve, () => done && void acts.setStatus(detail, done), editable && detail.open && done !== undefined)
  useCommand(commands.take, () => void acts.setOwner(detail, { id: user.id, name: user.name }), editable && detail.open && detail.owner?.id !== user.id)
}
