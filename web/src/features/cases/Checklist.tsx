import { ActionIcon, Checkbox, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { useToasts } from '@/kit/toast'
import { keys, patchDetail } from './caches'
import type { CaseCheck, CaseDetail } from './types'
import classes from './Case.module.css'

const longest = 300

/** The points to see to before a case is done. */
export function Checklist({ detail, editable }: { detail: CaseDetail; editable: boolean }) {
  const t = useT()
  const { checklist, id } = detail
  const done = checklist.filter((c) => c.done).length
  return (
    <section className={classes.section} aria-label={t('cases.checklist')}>
      <div className={classes.sectionHead}>
        <h3>{t('cases.checklist')}</h3>
        {checklist.length > 0 && <span className={classes.faint}>{t('cases.checklist.of', { done, all: checklist.length })}</span>}
      </div>
      {checklist.length > 0 && (
        <ul className={classes.checks}>
          {checklist.map((check) => (
            <Check key={check.id} caseId={id} check={check} editable={editable} />
          ))}
        </ul>
      )}
      {editable ? <AddCheck id={id} /> : checklist.length === 0 && <p className={classes.faint}>{t('cases.checklist.none')}</p>}
    </section>
  )
}

function Check({ caseId, check, editable }: { caseId: string; check: CaseCheck; editable: boolean }) {
  const t = useT()
  const act = useAct()
  const path = { id: caseId, check: check.id }
  const touches = [keys.one(caseId)]
  const tick = (done: boolean) =>
    act({
      done: t(done ? 'cases.done.ticked' : 'cases.done.unticked', { text: check.text }),
      touches,
      apply: (cache) => patchDetail(cache, caseId, (now) => ({ ...now, checklist: now.checklist.map((c) => (c.id === check.id ? { ...c, done } : c)) })),
      commit: () => ok(api.PATCH('/api/v1/cases/{id}/checks/{check}', { params: { path }, body: { done } })),
      undo: () => ok(api.PATCH('/api/v1/cases/{id}/checks/{check}', { params: { path }, body: { done: !done } })),
    })
  const remove = () =>
    act({
      done: t('cases.done.checkRemoved', { text: check.text }),
      touches,
      apply: (cache) => patchDetail(cache, caseId, (now) => ({ ...now, checklist: now.checklist.filter((c) => c.id !== check.id) })),
      commit: () => ok(api.DELETE('/api/v1/cases/{id}/checks/{check}', { params: { path } })),
      // It comes back at the end of the list, and open.
      undo: () => ok(api.POST('/api/v1/cases/{id}/checks', { params: { path: { id: caseId } }, body: { text: check.text } })),
    })
  return (
    <li className={classes.check}>
      <Checkbox className={classes.checkBox} label={check.text} checked={check.done} disabled={!editable} onChange={(e) => void tick(e.currentTarget.checked)} />
      {editable && (
        <ActionIcon size={24} aria-label={t('cases.checklist.remove', { text: check.text })} onClick={() => void remove()}>
          <X size={14} />
        </ActionIcon>
      )}
    </li>
  )
}

function AddCheck({ id }: { id: string }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const add = async (event: FormEvent) => {
    event.preventDefault()
    const wanted = text.trim()
    if (wanted === '' || busy) return
    setBusy(true)
    try {
      const made = await ok(api.POST('/api/v1/cases/{id}/checks', { params: { path: { id } }, body: { text: wanted } }))
      patchDetail(cache, id, (now) => (now.checklist.some((c) => c.id === made.id) ? now : { ...now, checklist: [...now.checklist, made] }))
      setText('')
      field.current?.focus()
    } catch (error) {
      toasts.show({ kind: 'error', text: problemText(t, error), error })
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className={classes.addLine} onSubmit={(e) => void add(e)}>
      <TextInput ref={field} aria-label={t('cases.checklist.add')} placeholder={t('cases.checklist.add')} maxLength={longest} value={text} onChange={(e) => setText(e.currentTarget.value)} />
      <ActionIcon type="submit" size={32} aria-label={t('cases.checklist.addDo')} disabled={text.trim() === ''} loading={busy}>
        <Plus size={16} />
      </ActionIcon>
    </form>
  )
}
