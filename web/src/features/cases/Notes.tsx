import { Button, Textarea } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { type RefObject, useState } from 'react'
import { api, ok, problemText, uniqueId } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { Ago } from '@/lib/time'
import { Avatar } from '@/kit/Avatar'
import { Plain } from '@/kit/Plain'
import { useToasts } from '@/kit/toast'
import { forget, kept, keptKey, useKept } from '../conversation/kept'
import { notesQuery } from './api'
import { keys } from './caches'
import classes from './Case.module.css'

const longest = 10_000

/** What colleagues have written on a case, newest first; the customer never sees it. */
export function Notes({ id, editable, field }: { id: string; editable: boolean; field?: RefObject<HTMLTextAreaElement | null> }) {
  const t = useT()
  const notes = useInfiniteQuery(notesQuery(id))
  const items = notes.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <section className={classes.section} aria-label={t('cases.notes')}>
      <div className={classes.sectionHead}>
        <h3>{t('cases.notes')}</h3>
      </div>
      {editable && <Write key={id} id={id} field={field} />}
      {notes.isError && !notes.data && <p className={classes.faint}>{problemText(t, notes.error)}</p>}
      {notes.data && items.length === 0 && !editable && <p className={classes.faint}>{t('cases.notes.none')}</p>}
      {items.length > 0 && (
        <ul className={classes.notes}>
          {items.map((note) => (
            <li key={note.id} className={classes.note}>
              <Avatar name={note.by?.name ?? '?'} size={24} />
              <div>
                <p className={classes.noteHead}>
                  <strong>{note.by?.name ?? t('cases.somebody')}</strong>
                  <Ago at={note.at} className={classes.faint} />
                </p>
                <div className={classes.noteText}>
                  <Plain text={note.text} />
                </div>
              </div>
            </li>
          ))}
        </ul>
      )}
      {notes.hasNextPage && (
        <Button size="xs" variant="default" loading={notes.isFetchingNextPage} onClick={() => void notes.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
    </section>
  )
}

function Write({ id, field }: { id: string; field?: RefObject<HTMLTextAreaElement | null> }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const key = keptKey('case-note', useSignedIn().user.id, id)
  const [text, setText] = useState(() => kept<string>(key) ?? '')
  // Sent again after a failure, it is the same note.
  const [name, setName] = useState(uniqueId)
  const [busy, setBusy] = useState(false)
  useKept(key, text, text === '')
  const send = async () => {
    if (text.trim() === '' || busy) return
    setBusy(true)
    try {
      await ok(api.POST('/api/v1/cases/{id}/notes', { params: { path: { id } }, body: { text: text.trim(), client_id: name } }))
      forget(key)
      setText('')
      setName(uniqueId())
      void cache.invalidateQueries({ queryKey: keys.notes(id) })
    } catch (error) {
      toasts.show({ kind: 'error', text: problemText(t, error), error })
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      className={classes.write}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <Textarea
        ref={field}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={longest}
        aria-label={t('cases.notes.write')}
        placeholder={t('cases.notes.write')}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
            e.preventDefault()
            void send()
          }
        }}
      />
      {text.trim() !== '' && (
        <Button type="submit" size="xs" loading={busy}>
          {t('cases.notes.add')}
        </Button>
      )}
    </form>
  )
}
