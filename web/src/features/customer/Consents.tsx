import { Button, Textarea, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { formatFull } from '@/lib/time'
import { Badge } from '@/kit/Badge'
import { useChannelName } from '@/kit/ChannelMark'
import { ChooseOne } from '@/kit/Choose'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { Dialog } from '@/kit/overlays'
import { useToasts } from '@/kit/toast'
import { customerCommands as commands } from './commands'
import { customerKey } from './key'
import { Section } from './Section'
import { type Consent, consentsQuery, purposes } from './story'
import classes from './CustomerPage.module.css'

const channels = ['email', 'voice', 'sms', 'webchat'] as const

/** What the customer has agreed to: what holds, and behind it every line that was written. */
export function Consents({ id, editable }: { id: string; editable: boolean }) {
  const t = useT()
  const [adding, setAdding] = useState(false)
  const [all, setAll] = useState(false)
  const { data, error } = useQuery(consentsQuery(id))
  useCommand(commands.consent, () => setAdding(true), editable)
  if (error) return <p className={classes.wrong}>{problemText(t, error)}</p>
  const shown = (all ? data?.items : data?.holding) ?? []
  return (
    <Section
      title={t('customers.consents')}
      aside={
        editable && (
          <Button size="compact-xs" variant="subtle" leftSection={<Plus size={14} aria-hidden />} onClick={() => setAdding(true)}>
            {t('customers.consents.add')}
          </Button>
        )
      }
    >
      {data && data.items.length === 0 && <p className={classes.faint}>{t('customers.consents.none')}</p>}
      <ul className={classes.list}>
        {shown.map((c) => (
          <Line key={c.id} consent={c} />
        ))}
      </ul>
      {data && data.items.length > data.holding.length && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll((now) => !now)}>
          {all ? t('customers.consents.holding') : t('customers.consents.all', { count: data.items.length })}
        </Button>
      )}
      <Dialog opened={adding} onClose={() => setAdding(false)} title={t('customers.consents.add')} size={480}>
        {adding && <Add id={id} onDone={() => setAdding(false)} />}
      </Dialog>
    </Section>
  )
}

function Line({ consent: c }: { consent: Consent }) {
  const t = useT()
  const channelName = useChannelName()
  return (
    <li className={classes.item}>
      <span className={classes.row}>
        <Badge tone={c.state === 'given' ? 'ok' : 'warn'}>{t(`customers.consents.${c.state}`)}</Badge>
        <span className={classes.grow}>{[t(`customers.purpose.${c.purpose}`), c.channel ? channelName(c.channel) : t('customers.consents.everywhere')].join(' · ')}</span>
      </span>
      {c.what && <span>{c.what}</span>}
      <span className={classes.faint}>{[formatFull(c.at, t.language), c.evidence, c.made_by && t('customers.consents.noted', { name: c.made_by.name })].filter(Boolean).join(' · ')}</span>
    </li>
  )
}

interface Input {
  state: Consent['state']
  purpose: Consent['purpose']
  channel: string
  what: string
  evidence: string
  at: string
}

/** A time as the field of the browser writes it. */
const localNow = () => {
  const now = new Date()
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function Add({ id, onDone }: { id: string; onDone: () => void }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const checks = useChecks()
  const channelName = useChannelName()
  const [began] = useState(localNow)
  const form = useForm<Input>({
    initial: { state: 'given', purpose: 'marketing', channel: '', what: '', evidence: '', at: began },
    validate: (v) => onlyErrors({ what: checks.required(v.what) }),
    submit: async ({ channel, evidence, at, ...rest }) => {
      const body = { ...rest, ...(channel && { channel }), ...(evidence && { evidence }), ...(at && at !== began && { at: new Date(at).toISOString() }) }
      await ok(api.POST('/api/v1/customers/{id}/consents', { params: { path: { id } }, body }))
      void cache.invalidateQueries({ queryKey: customerKey(id) })
      toasts.show({ kind: 'done', text: t('customers.consents.saved') })
      onDone()
    },
  })
  return (
    <form className={classes.form} onSubmit={form.onSubmit} noValidate>
      <ChooseOne
        label={t('customers.consents.state')}
        allowDeselect={false}
        data={(['given', 'withdrawn'] as const).map((s) => ({ value: s, label: t(`customers.consents.${s}`) }))}
        value={form.values.state}
        onChange={(s) => form.set('state', s === 'withdrawn' ? 'withdrawn' : 'given')}
      />
      <ChooseOne
        label={t('customers.consents.purpose')}
        allowDeselect={false}
        data={purposes.map((p) => ({ value: p, label: t(`customers.purpose.${p}`) }))}
        value={form.values.purpose}
        onChange={(p) => form.set('purpose', purposes.find((known) => known === p) ?? 'marketing')}
      />
      <ChooseOne
        label={t('customers.story.channel')}
        placeholder={t('customers.consents.everywhere')}
        clearable
        clearButtonProps={{ 'aria-label': t('customers.consents.everywhere') }}
        data={channels.map((c) => ({ value: c, label: channelName(c) }))}
        value={form.values.channel || null}
        onChange={(c) => form.set('channel', c ?? '')}
      />
      <Textarea {...form.text('what')} label={t('customers.consents.what')} description={t('customers.consents.whatHelp')} autosize minRows={2} maxRows={6} required data-autofocus />
      <TextInput {...form.text('evidence')} label={t('customers.consents.evidence')} description={t('customers.consents.evidenceHelp')} />
      <TextInput {...form.text('at')} type="datetime-local" max={began} label={t('customers.consents.at')} />
      {form.summary && (
        <p className={classes.wrong} role="alert">
          {form.summary}
        </p>
      )}
      <p className={classes.faint}>{t('customers.consents.stays')}</p>
      <div className={classes.ends}>
        <Button variant="default" onClick={onDone}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" loading={form.busy}>
          {t('act.save')}
        </Button>
      </div>
    </form>
  )
}
