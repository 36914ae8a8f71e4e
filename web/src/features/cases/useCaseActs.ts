import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { keys, patchCase } from './caches'
import { nameIn } from './names'
import type { CasePatch, CaseRow, CaseStatus, Priority } from './types'

interface Ref {
  id: string
  name: string
}

/** One change of a case: what is sent, what is sent to take it back, and how it shows at once. */
interface Change {
  to: CasePatch
  back: CasePatch
  shown: Partial<CaseRow>
  done: string
}

/** Changes one thing of a case. No version goes along: another's change of something else is no conflict. */
export const patch = (id: string, body: CasePatch) => ok(api.PATCH('/api/v1/cases/{id}', { params: { path: { id } }, body }))

const number = (row: CaseRow) => ({ number: `#${row.number}` })

/** The acts on a case: shown at once, each with its undo. */
export function useCaseActs() {
  const t = useT()
  const act = useAct()
  const change = (row: CaseRow, { to, back, shown, done }: Change) =>
    act({
      done,
      touches: [keys.all, keys.one(row.id)],
      apply: (cache) => patchCase(cache, row.id, shown),
      commit: () => patch(row.id, to),
      undo: () => patch(row.id, back),
    })
  return {
    setStatus: (row: CaseRow, status: CaseStatus) =>
      change(row, {
        to: { status_id: status.id },
        back: { status_id: row.status_id },
        shown: { status_id: status.id, category: status.category, open: status.category !== 'done' },
        done: t('cases.done.status', { ...number(row), status: nameIn(status.names, t.language) }),
      }),
    setPriority: (row: CaseRow, priority: Priority) =>
      change(row, { to: { priority }, back: { priority: row.priority }, shown: { priority }, done: t('cases.done.priority', { ...number(row), priority: t(`cases.priority.${priority}`) }) }),
    setOwner: (row: CaseRow, owner: Ref | undefined) =>
      change(row, {
        to: { owner_id: owner?.id ?? '' },
        back: { owner_id: row.owner?.id ?? '' },
        shown: { owner },
        done: owner ? t('cases.done.owner', { ...number(row), name: owner.name }) : t('cases.done.noOwner', number(row)),
      }),
    setTopic: (row: CaseRow, topic: string) =>
      change(row, { to: { topic }, back: { topic: row.topic ?? '' }, shown: { topic: topic || undefined }, done: topic ? t('cases.done.topic', { ...number(row), topic }) : t('cases.done.noTopic', number(row)) }),
    setTags: (row: CaseRow, tags: string[]) => change(row, { to: { tags }, back: { tags: row.tags }, shown: { tags }, done: t('cases.done.tags', number(row)) }),
    setSubject: (row: CaseRow, subject: string) => change(row, { to: { subject }, back: { subject: row.subject }, shown: { subject }, done: t('cases.done.subject', number(row)) }),
    setField: (row: CaseRow, key: string, value: unknown, name: string) =>
      change(row, {
        to: { fields: { [key]: value ?? null } },
        back: { fields: { [key]: row.fields[key] ?? null } },
        shown: { fields: { ...row.fields, [key]: value } },
        done: t('cases.done.field', { ...number(row), name }),
      }),
  }
}

export type CaseActs = ReturnType<typeof useCaseActs>
