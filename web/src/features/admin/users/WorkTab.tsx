import { Alert, Button, NumberInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { useChannelName } from '@/kit/ChannelMark'
import { useForm } from '@/kit/form'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { changed } from '../parts/collection'
import { SkillLevels } from '../parts/SkillLevels'
import type { AgentSettings, User } from '../types'
import { workMixQuery } from '../workmix/mix'
import parts from '../parts/parts.module.css'
import classes from './Users.module.css'
import { type Class, atOnce, classes as channelClasses, standardLoads, workBody, workInput } from './work'

const keyOf = (user: User) => ['admin', 'agents', user.id] as const
const params = (user: User) => ({ params: { path: { id: user.id } } })

/** How much a person can carry at a time, and what they are good at. */
export function WorkTab({ user }: { user: User }) {
  const settings = useQuery({ queryKey: keyOf(user), queryFn: () => ok(api.GET('/api/v1/agents/{id}', params(user))) })
  if (settings.isPending) return <SkeletonRows rows={4} height="52px" />
  if (settings.isError && !settings.data) return <ErrorState error={settings.error} onRetry={() => void settings.refetch()} />
  return <WorkForm key={JSON.stringify(settings.data)} user={user} settings={settings.data} />
}

function WorkForm({ user, settings }: { user: User; settings: AgentSettings }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const disabled = !useCan('user.edit') || !user.active
  const initial = workInput(settings)
  const form = useForm({
    initial,
    submit: async (values) => {
      cache.setQueryData(keyOf(user), await ok(api.PATCH('/api/v1/agents/{id}', { ...params(user), body: changed(workBody(values), workBody(initial)) })))
      toasts.show({ kind: 'done', text: t('admin.users.workSaved') })
    },
  })
  const { values } = form
  const setLoad = (name: Class, load: number | null) => form.set('loads', { ...values.loads, [name]: load })
  return (
    <form className={parts.stack} onSubmit={form.onSubmit} noValidate>
      {form.summary && (
        <Alert color="danger" role="alert">
          {form.summary}
        </Alert>
      )}
      <NumberInput className={classes.capacity} name="capacity" label={t('admin.users.capacity')} description={t('admin.users.capacityHelp')} min={10} max={1000} step={10} allowDecimal={false} disabled={disabled} value={values.capacity} error={form.errorOf('capacity')} onChange={(v) => form.set('capacity', Number(v) || 0)} />
      <fieldset className={classes.loads}>
        <legend>{t('admin.users.loads')}</legend>
        <p className={parts.hint}>{t('admin.users.loadsHelp')}</p>
        {channelClasses.map((name) => (
          <Load key={name} name={name} capacity={values.capacity} value={values.loads[name]} error={form.errorOf(`loads.${name}`)} disabled={disabled} onChange={(load) => setLoad(name, load)} />
        ))}
      </fieldset>
      <SkillLevels name="skills" label={t('admin.skills.title')} help={t('admin.level.help')} value={values.skills} disabled={disabled} errorOf={form.errorOf} onChange={(skills) => form.set('skills', skills)} />
      {!disabled && (
        <div>
          <Button type="submit" loading={form.busy} disabled={!form.dirty}>
            {t('act.save')}
          </Button>
        </div>
      )}
    </form>
  )
}

interface LoadProps {
  name: Class
  capacity: number
  value: number | null
  error: string | undefined
  disabled: boolean
  onChange: (load: number | null) => void
}

function Load({ name, capacity, value, error, disabled, onChange }: LoadProps) {
  const t = useT()
  const mix = useQuery(workMixQuery).data
  const usual = mix?.loads[name] ?? standardLoads[name]
  const channel = useChannelName()(name)
  return (
    <div className={parts.line}>
      <span className={parts.grow}>{channel}</span>
      <span className={parts.hint}>{t('admin.users.atOnce', { count: atOnce(capacity, value ?? usual, mix?.limits[name]) })}</span>
      <NumberInput className={parts.level} name={`loads.${name}`} aria-label={t('admin.users.loadOf', { channel })} placeholder={String(usual)} min={1} max={1000} allowDecimal={false} disabled={disabled} value={value ?? ''} error={error} onChange={(v) => onChange(v === '' ? null : Number(v))} />
    </div>
  )
}
