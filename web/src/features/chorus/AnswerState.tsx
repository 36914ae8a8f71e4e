import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { formatFull, toMillis, useNow } from '@/lib/time'
import { useToasts } from '@/kit/toast'
import { type CommonAnswer, keys } from './api'
import classes from './Chorus.module.css'

const second = 1000

/** How far an answer to many has come; until it is said it can be taken back, and while it stands it can be stopped. */
export function AnswerState({ answer, from }: { answer: CommonAnswer; from?: string }) {
  const t = useT()
  return (
    <div className={classes.answer}>
      <p className={classes.line}>
        <span role="status" className={classes.state} data-state={answer.state}>
          {t(`chorus.state.${answer.state}`, { settled: answer.settled, total: answer.total, until: answer.stands_until ? formatFull(answer.stands_until, t.language) : '' })}
        </span>
        {answer.reason && <span className={classes.wrong}>{t.maybe(`error.${answer.reason}`) ?? answer.reason}</span>}
        {answer.state === 'waiting' && <TakeBack answer={answer} />}
        {answer.state === 'standing' && <Change answer={answer} act="stop" label={t('chorus.stop')} />}
        {answer.conversation_id && answer.conversation_id !== from && (
          <Link to="/conversations/$id" params={{ id: answer.conversation_id }} className={classes.link}>
            {t('chorus.toAnswer')}
          </Link>
        )}
      </p>
      <blockquote className={classes.words} dir="auto">
        {answer.text}
      </blockquote>
    </div>
  )
}

function TakeBack({ answer }: { answer: CommonAnswer }) {
  const t = useT()
  const now = useNow('second')
  const left = Math.max(0, Math.ceil((toMillis(answer.due_at) - now) / second))
  return <Change answer={answer} act="cancel" label={t('chorus.takeBack', { count: left })} />
}

function Change({ answer, act, label }: { answer: CommonAnswer; act: 'cancel' | 'stop'; label: string }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const me = useSignedIn()
  const [busy, setBusy] = useState(false)
  if (answer.made_by?.id !== me.user.id && me.permissions['conversation.reply'] === 'own') return null
  const change = async () => {
    setBusy(true)
    try {
      await ok(api.POST(`/api/v1/common-answers/{answer}/${act}`, { params: { path: { answer: answer.id } } }))
    } catch (error) {
      toasts.show({ kind: 'error', text: problemText(t, error), error })
    }
    await cache.invalidateQueries({ queryKey: keys.all })
    setBusy(false)
  }
  return (
    <Button size="compact-sm" variant="default" loading={busy} onClick={() => void change()}>
      {label}
    </Button>
  )
}
