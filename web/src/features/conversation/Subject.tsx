import { useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useToasts } from '@/kit/toast'
import { calledBy } from './calledBy'
import { useDesk } from './desk'
import type { Detail } from './types'
import classes from './Conversation.module.css'

const longest = 300

/** The subject as a heading; a click makes it a field. Without one the customer's name stands there. */
export function Subject({ detail, editable }: { detail: Detail; editable: boolean }) {
  const t = useT()
  const [editing, setEditing] = useState(false)
  const shown = detail.subject || calledBy(t, detail.customer)
  if (editing) return <Field detail={detail} onDone={() => setEditing(false)} />
  return (
    <h2 className={classes.subject}>
      {editable ? (
        <button type="button" className={classes.subjectButton} onClick={() => setEditing(true)} title={t('desk.conversation.rename')}>
          {shown}
        </button>
      ) : (
        shown
      )}
    </h2>
  )
}

function Field({ detail, onDone }: { detail: Detail; onDone: () => void }) {
  const t = useT()
  const { cache } = useDesk()
  const toasts = useToasts()
  const [text, setText] = useState(detail.subject ?? '')

  const save = async () => {
    onDone()
    const subject = text.trim()
    if (subject === (detail.subject ?? '')) return
    cache.patch(detail.id, { subject })
    try {
      await ok(api.PATCH('/api/v1/conversations/{id}', { params: { path: { id: detail.id } }, body: { subject } }))
    } catch (error) {
      cache.patch(detail.id, { subject: detail.subject })
      toasts.show({ kind: 'error', text: problemText(t, error) })
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <input
        className={classes.subjectField}
        autoFocus
        maxLength={longest}
        aria-label={t('desk.conversation.subject')}
        placeholder={t('desk.conversation.subject')}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onBlur={() => void save()}
        onKeyDown={(e) => {
          if (e.key === 'Escape') onDone()
        }}
      />
    </form>
  )
}
