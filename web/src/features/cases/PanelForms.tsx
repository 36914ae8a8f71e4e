import { Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { ChooseOne } from '@/kit/Choose'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { useToasts } from '@/kit/toast'
import { detailQuery } from '../conversation/api'
import { keys } from './caches'
import { PickCase } from './PickCase'
import { type CaseRow, type Priority, priorities } from './types'
import classes from './Case.module.css'

const longestSubject = 300

/** Opens a case that is about the conversation: brand and customer come from it. */
export function OpenFromConversation({ conversation, onDone }: { conversation: string; onDone: () => void }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const { data } = useQuery(detailQuery(conversation, cache))
  const checks = useChecks()
  const form = useForm({
    initial: { subject: data?.subject || (data?.preview ?? '').slice(0, longestSubject), priority: 'normal' as Priority },
    validate: ({ subject }) => onlyErrors({ subject: checks.required(subject) }),
    submit: async ({ subject, priority }) => {
      const made = await ok(api.POST('/api/v1/cases', { body: { conversation_id: conversation, subject: subject.trim(), priority } }))
      await cache.invalidateQueries({ queryKey: keys.all })
      toasts.show({ kind: 'done', text: t('cases.done.opened', { number: `#${made.number}` }) })
      onDone()
    },
  })
  return (
    <form className={classes.inlineForm} onSubmit={form.onSubmit} aria-label={t('cases.panel.open')}>
      {/* Opened by the person's own act, who goes on here. */}
      <TextInput {...form.text('subject')} autoFocus required label={t('cases.subject')} maxLength={longestSubject} />
      <ChooseOne label={t('cases.priority')} data={priorities.map((p) => ({ value: p, label: t(`cases.priority.${p}`) }))} value={form.values.priority} allowDeselect={false} onChange={(p) => form.set('priority', p as Priority)} />
      {form.summary && (
        <p className={classes.wrong} role="alert">
          {form.summary}
        </p>
      )}
      <div className={classes.acts}>
        <Button size="xs" variant="default" onClick={onDone}>
          {t('act.cancel')}
        </Button>
        <Button size="xs" type="submit" loading={form.busy}>
          {t('cases.openDo')}
        </Button>
      </div>
    </form>
  )
}

/** Ties the conversation to a case that is there already. */
export function TieToConversation({ conversation, brand, known, onDone }: { conversation: string; brand: string; known: readonly CaseRow[]; onDone: () => void }) {
  const t = useT()
  const act = useAct()
  const [chosen, setChosen] = useState<CaseRow>()
  const tie = async (row: CaseRow) => {
    let link: string | undefined
    const path = { id: row.id }
    const done = await act({
      done: t('cases.done.tied', { number: `#${row.number}` }),
      touches: [keys.of(conversation), keys.one(row.id)],
      commit: async () => {
        link = (await ok(api.POST('/api/v1/cases/{id}/links', { params: { path }, body: { kind: 'conversation', conversation_id: conversation } }))).id
      },
      undo: async () => {
        if (link) await ok(api.DELETE('/api/v1/cases/{id}/links/{link}', { params: { path: { ...path, link } } }))
      },
    })
    if (done) onDone()
  }
  return (
    <form
      className={classes.inlineForm}
      aria-label={t('cases.panel.link')}
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen) void tie(chosen)
      }}
    >
      <PickCase brand={brand} without={known.map((r) => r.id)} chosen={chosen} onChoose={setChosen} />
      <div className={classes.acts}>
        <Button size="xs" variant="default" onClick={onDone}>
          {t('act.cancel')}
        </Button>
        <Button size="xs" type="submit" disabled={!chosen}>
          {chosen ? t('cases.panel.linkDo', { number: `#${chosen.number}` }) : t('cases.panel.link')}
        </Button>
      </div>
    </form>
  )
}
