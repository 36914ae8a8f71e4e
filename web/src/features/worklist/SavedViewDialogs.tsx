import { ActionIcon, Alert, Button, Group, Switch, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { ChooseOne } from '@/kit/Choose'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { Dialog } from '@/kit/overlays'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { Shared } from './SavedViews'
import { type Saved, type SharedWith, keptOf, partsOf, savedKey, savedQuery, sharedWithOf, sharingOf } from './savedViews'
import type { WorklistSearch } from './search'
import classes from './Worklist.module.css'

const longestName = 60

interface Props {
  search: WorklistSearch
  onClose: () => void
}

/** Keeps the filters and the order of the list under a name. */
export function SaveViewDialog({ search, onClose }: Props) {
  const t = useT()
  return (
    <Dialog opened onClose={onClose} title={t('desk.savedViews.save')}>
      <Fields search={search} onDone={onClose} />
    </Dialog>
  )
}

/** All saved views: what is one's own can be changed and removed, and what others share by who looks after it. */
export function ManageDialog({ search, onClose }: Props) {
  const t = useT()
  const asked = useQuery(savedQuery)
  const [edited, setEdited] = useState<Saved>()
  const { mine, others } = partsOf(asked.data?.items ?? [])
  if (edited)
    return (
      <Dialog opened onClose={onClose} title={t('desk.savedViews.editTitle')}>
        <Fields search={search} view={edited} onDone={() => setEdited(undefined)} />
      </Dialog>
    )
  return (
    <Dialog opened onClose={onClose} title={t('desk.savedViews.title')}>
      {asked.isPending && <SkeletonRows plain rows={3} />}
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && <p className={classes.savedNone}>{t('desk.savedViews.none')}</p>}
      <Part label={t('desk.savedViews.mine')} views={mine} onEdit={setEdited} />
      <Part label={t('desk.savedViews.others')} views={others} onEdit={setEdited} />
    </Dialog>
  )
}

function Part({ label, views, onEdit }: { label: string; views: readonly Saved[]; onEdit: (view: Saved) => void }) {
  const t = useT()
  const act = useAct()
  const remove = (v: Saved) => act({ done: t('desk.savedViews.removed'), touches: [savedKey], commit: () => ok(api.DELETE('/api/v1/saved-views/{id}', { params: { path: { id: v.id } } })) })
  if (views.length === 0) return null
  return (
    <section className={classes.savedPart} aria-label={label}>
      <h3>{label}</h3>
      <ul>
        {views.map((v) => (
          <li key={v.id}>
            <span className={classes.savedName}>
              {v.name}
              <Shared view={v} />
            </span>
            {v.editable && (
              <>
                <ActionIcon size={32} aria-label={t('desk.savedViews.edit', { name: v.name })} onClick={() => onEdit(v)}>
                  <Pencil size={16} aria-hidden />
                </ActionIcon>
                <ActionIcon size={32} aria-label={t('desk.savedViews.remove', { name: v.name })} onClick={() => void remove(v)}>
                  <Trash2 size={16} aria-hidden />
                </ActionIcon>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface Values {
  name: string
  team_id: SharedWith
  current: boolean
}

function Fields({ search, view, onDone }: { search: WorklistSearch; view?: Saved; onDone: () => void }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const checks = useChecks()
  const { values, set, errorOf, summary, busy, onSubmit, text } = useForm<Values>({
    initial: { name: view?.name ?? '', team_id: view ? sharedWithOf(view) : 'own', current: false },
    validate: (v) => onlyErrors({ name: checks.required(v.name) }),
    submit: async (v) => {
      const fields = { name: v.name.trim(), ...sharingOf(v.team_id) }
      if (view) await ok(api.PUT('/api/v1/saved-views/{id}', { params: { path: { id: view.id } }, body: { ...fields, query: v.current ? keptOf(search) : view.query, rev: view.rev } }))
      else await ok(api.POST('/api/v1/saved-views', { body: { ...fields, query: keptOf(search) } }))
      await cache.invalidateQueries({ queryKey: savedKey })
      toasts.show({ kind: 'done', text: t(view ? 'desk.savedViews.changed' : 'desk.savedViews.saved') })
      onDone()
    },
  })
  const choices = useSharing(view)
  return (
    <form className={classes.savedForm} onSubmit={onSubmit} noValidate>
      {summary && <Alert color="danger">{summary}</Alert>}
      <TextInput data-autofocus label={t('desk.savedViews.name')} required maxLength={longestName} {...text('name')} />
      {choices.length > 1 && <ChooseOne label={t('desk.savedViews.sharedWith')} name="team_id" data={choices} value={values.team_id} allowDeselect={false} error={errorOf('team_id')} onChange={(v) => set('team_id', v ?? 'own')} />}
      {view && <Switch label={t('desk.savedViews.useCurrent')} checked={values.current} onChange={(e) => set('current', e.currentTarget.checked)} />}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onDone}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" loading={busy}>
          {t('act.save')}
        </Button>
      </Group>
    </form>
  )
}

/** With whom a view may be shared; of what is edited its present choice too. */
function useSharing(view: Saved | undefined) {
  const t = useT()
  const data = useQuery(savedQuery).data
  const team = (id: string, name: string) => ({ value: id, label: t('desk.savedViews.team', { name }) })
  const choices = [{ value: 'own', label: view?.owner_name ? t('desk.savedViews.onlyOwner', { name: view.owner_name }) : t('desk.savedViews.only') }, ...(data?.teams ?? []).map(({ id, name }) => team(id, name))]
  if (data?.share_all) choices.push({ value: 'all', label: t('desk.savedViews.everybody') })
  const now = view && sharedWithOf(view)
  if (now && !choices.some((c) => c.value === now)) choices.push(now === 'all' ? { value: 'all', label: t('desk.savedViews.everybody') } : team(now, view.team_name ?? ''))
  return choices
}
