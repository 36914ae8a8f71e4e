import { ActionIcon, Button, SegmentedControl, Textarea } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Ban, CircleCheck, CircleX, Clock3, X } from 'lucide-react'
import { useState } from 'react'
import { api, fieldTexts, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useLive } from '@/lib/live'
import { useSignedIn } from '@/lib/session'
import { Dialog } from '@/kit/overlays'
import { useToasts } from '@/kit/toast'
import { calledBy } from '../conversation/calledBy'
import { forget, kept, keptKey, useKept } from '../conversation/kept'
import { answerQuery } from './api'
import { keys } from './caches'
import { partsOf } from './relations'
import type { AnswerAll, CaseDetail } from './types'
import parts from './Case.module.css'
import classes from './CasePage.module.css'

const longest = 10_000

interface DialogProps {
  detail: CaseDetail
  onClose: () => void
  onStarted: (answer: string) => void
}

/** Gives one answer, or one note, to the conversations of all open parts of a case. */
export function AnswerDialog(props: DialogProps) {
  const t = useT()
  return (
    <Dialog opened onClose={props.onClose} title={t('cases.answer.title')} size={520}>
      <Write {...props} />
    </Dialog>
  )
}

function Write({ detail, onClose, onStarted }: DialogProps) {
  const t = useT()
  const key = keptKey('answer-all', useSignedIn().user.id, detail.id)
  const [mode, setMode] = useState<AnswerAll['mode']>('reply')
  const [text, setText] = useState(() => kept<string>(key) ?? '')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  useKept(key, text, text === '')
  const open = partsOf(detail).filter((r) => r.open)
  const start = async () => {
    if (text.trim() === '' || busy) return
    setBusy(true)
    setFailure(undefined)
    try {
      const made = await ok(api.POST('/api/v1/cases/{id}/answers', { params: { path: { id: detail.id } }, body: { mode, text: text.trim() } }))
      forget(key)
      onClose()
      onStarted(made.id)
    } catch (error) {
      setFailure(error)
      setBusy(false)
    }
  }
  return (
    <form
      className={parts.properties}
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <p className={parts.faint}>{t('cases.answer.help', { count: open.length })}</p>
      <SegmentedControl
        aria-label={t('cases.answer.mode')}
        value={mode}
        onChange={(next) => setMode(next as AnswerAll['mode'])}
        data={[
          { value: 'reply', label: t('cases.answer.reply') },
          { value: 'note', label: t('cases.answer.note') },
        ]}
      />
      <Textarea data-autofocus autosize minRows={4} maxRows={12} maxLength={longest} label={t('cases.answer.text')} value={text} error={fieldTexts(t, failure).text} onChange={(e) => setText(e.currentTarget.value)} />
      {failure !== undefined && (
        <p className={parts.wrong} role="alert">
          {problemText(t, failure)}
        </p>
      )}
      <div className={parts.acts}>
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" disabled={text.trim() === '' || open.length === 0} loading={busy}>
          {t('cases.answer.do', { count: open.length })}
        </Button>
      </div>
    </form>
  )
}

const icons = { waiting: Clock3, done: CircleCheck, failed: CircleX, cancelled: Ban }

/** What became of an answer to all, conversation by conversation; while it is given, it can be stopped. */
export function AnswerReport({ detail, answer, onClose }: { detail: CaseDetail; answer: string; onClose: () => void }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const queryKey = keys.answer(detail.id, answer)
  const { data, error } = useQuery(answerQuery(detail.id, answer))
  const [stopping, setStopping] = useState(false)
  // Each answer is an entry of its conversation, which is told.
  useLive<{ id: string }>('conversation', ({ id }) => {
    if (data?.state === 'running' && data.items.some((i) => i.conversation_id === id)) void cache.invalidateQueries({ queryKey })
  })
  if (!data) return error ? <p className={parts.wrong}>{problemText(t, error)}</p> : null
  const stop = async () => {
    setStopping(true)
    try {
      await ok(api.POST('/api/v1/cases/{id}/answers/{answer}/cancel', { params: { path: { id: detail.id, answer } } }))
    } catch (failed) {
      toasts.show({ kind: 'error', text: problemText(t, failed), error: failed })
    }
    await cache.invalidateQueries({ queryKey })
    setStopping(false)
  }
  const done = data.items.filter((i) => i.state === 'done').length
  return (
    <section className={classes.report} aria-label={t('cases.answer.title')}>
      <div className={parts.sectionHead}>
        <h3>{t('cases.answer.title')}</h3>
        <span role="status">{t(`cases.answer.state.${data.state}`, { done, all: data.items.length })}</span>
        <span className={parts.headActs}>
          {data.state === 'running' && (
            <Button size="xs" variant="default" loading={stopping} onClick={() => void stop()}>
              {t('cases.answer.stop')}
            </Button>
          )}
          <ActionIcon size={24} aria-label={t('act.close')} onClick={onClose}>
            <X size={14} />
          </ActionIcon>
        </span>
      </div>
      <p className={classes.reportText}>{data.text}</p>
      <ul className={classes.ties}>
        {data.items.map((item) => (
          <Outcome key={item.conversation_id} item={item} detail={detail} />
        ))}
      </ul>
    </section>
  )
}

function Outcome({ item, detail }: { item: AnswerAll['items'][number]; detail: CaseDetail }) {
  const t = useT()
  const Icon = icons[item.state]
  const row = detail.cases.find((r) => r.id === item.case_id)
  return (
    <li className={classes.outcome} data-state={item.state}>
      <Icon size={16} aria-hidden />
      <Link to="/conversations/$id" params={{ id: item.conversation_id }}>
        {row ? `#${row.number} ${row.customer ? calledBy(t, row.customer) : row.subject}` : t('cases.answer.conversation')}
      </Link>
      <span>
        {t(`cases.answer.item.${item.state}`)}
        {item.code && `: ${t.maybe(`error.${item.code}`) ?? item.code}`}
      </span>
    </li>
  )
}
