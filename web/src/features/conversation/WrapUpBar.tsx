import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ClipboardCheck } from 'lucide-react'
import { type KeyboardEvent, useRef } from 'react'
import { useT } from '@/lib/i18n'
import { KeyCaps, chordOf, useCommand, useKeysOf } from '@/lib/keys'
import { useSignedIn } from '@/lib/session'
import { formatDuration, toMillis, useNow } from '@/lib/time'
import { ChooseOne } from '@/kit/Choose'
import { useForm } from '@/kit/form'
import type { ConversationActs } from './acts'
import { dispositionsQuery } from './api'
import { conversationCommands } from './commands'
import { forget, kept, keptKey, useKept } from './kept'
import type { Detail, QueueRules } from './types'
import { type WrapUp, endOf, endedAt, useFinishInTime } from './wrapUp'
import classes from './WrapUpBar.module.css'

interface Props {
  detail: Detail
  rules: QueueRules | undefined
  acts: ConversationActs
}

const longestNote = 2000
const blank: WrapUp = { disposition_id: '', note: '' }

/** The work after the contact: how it ended, a note, and how long there is for it. */
export function WrapUpBar({ detail, rules, acts }: Props) {
  const t = useT()
  const dispositions = useQuery(dispositionsQuery(detail.queue?.id))
  const form = useRef<HTMLFormElement>(null)
  const asked = rules?.disposition_required ?? false
  const key = keptKey('wrap-up', useSignedIn().user.id, detail.interaction_id ?? '')
  const { values, set, text, errorOf, summary, busy, onSubmit } = useForm({
    initial: kept<WrapUp>(key) ?? blank,
    validate: (v): Record<string, string> => (asked && v.disposition_id === '' ? { disposition_id: t('desk.wrapUp.needed') } : {}),
    submit: async (v) => {
      if (await acts.finish(v.disposition_id || undefined, v.note.trim())) forget(key)
    },
  })
  const untouched = values.note === '' && values.disposition_id === ''
  useKept(key, values, untouched)
  useFinishInTime(detail, rules, untouched ? undefined : values)
  const focusField = () => form.current?.querySelector<HTMLElement>('[name="disposition_id"]')?.focus()
  useCommand(conversationCommands.resolve, () => (asked && values.disposition_id === '' ? focusField() : form.current?.requestSubmit()))

  // The keys that send: here they finish.
  const sendKeys = useKeysOf(conversationCommands.send)
  const onKeyDown = (event: KeyboardEvent) => {
    if (chordOf(event.nativeEvent) !== sendKeys) return
    event.preventDefault()
    form.current?.requestSubmit()
  }
  const options = (dispositions.data ?? []).map((d) => ({ value: d.id, label: d.name }))
  return (
    // The keys of the fields inside.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form ref={form} className={classes.bar} onSubmit={onSubmit} onKeyDown={onKeyDown} aria-label={t('desk.wrapUp.title')}>
      <div className={classes.title}>
        <ClipboardCheck size={16} aria-hidden />
        <strong>{t('desk.wrapUp.title')}</strong>
        <Left detail={detail} rules={rules} />
      </div>
      <ChooseOne
        name="disposition_id"
        className={classes.pick}
        aria-label={t('desk.wrapUp.disposition')}
        placeholder={t(asked ? 'desk.wrapUp.dispositionNeeded' : 'desk.wrapUp.dispositionFree')}
        data={options}
        value={values.disposition_id || null}
        onChange={(value) => set('disposition_id', value ?? '')}
        error={errorOf('disposition_id')}
        clearable={!asked}
        comboboxProps={{ position: 'top-start' }}
      />
      <TextInput {...text('note')} className={classes.note} aria-label={t('desk.wrapUp.note')} placeholder={t('desk.wrapUp.note')} maxLength={longestNote} />
      <Button type="submit" loading={busy} className={classes.finish} rightSection={<span className={classes.keys}><KeyCaps keys={sendKeys} /></span>}>
        {t('desk.wrapUp.finish')}
      </Button>
      {summary && !errorOf('disposition_id') && (
        <p className={classes.error} role="alert">
          {summary}
        </p>
      )}
    </form>
  )
}

/** What is left of the time for wrap-up; where the queue waits for a disposition, how long it has taken. */
function Left({ detail, rules }: Omit<Props, 'acts'>) {
  const t = useT()
  const now = useNow('second')
  const ended = endedAt(detail)
  if (!ended) return null
  const until = endOf(detail, rules)
  if (until === undefined) return <span className={`num ${classes.time}`}>{formatDuration(now - toMillis(ended))}</span>
  const left = until - now
  return (
    <span className={`num ${classes.time}`} data-late={left < 15_000 || undefined}>
      {t('desk.wrapUp.left', { span: formatDuration(left) })}
    </span>
  )
}
