import { Button } from '@mantine/core'
import { KeyRound, Send } from 'lucide-react'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { formatFull } from '@/lib/time'
import { useAct } from '@/kit/act'
import { Badge, type Tone } from '@/kit/Badge'
import { ConfirmByName } from '@/kit/ConfirmByName'
import type { FieldSpec, Resource } from '@/kit/resource/schema'
import { keys, webhooks } from '../api'
import { AdminList } from '../parts/AdminList'
import { Once } from '../parts/Once'
import type { Webhook, WebhookDelivery } from '../types'
import { BrandsField } from '../users/BrandsField'
import { DeliveryLine } from './DeliveryLine'
import { LogTab } from './LogTab'
import { type WebhookInput, blankWebhook, newWebhookBody, webhookBody, webhookInput } from './form'
import classes from './Webhooks.module.css'

const kinds = { queryKey: ['admin', 'webhook-kinds'], queryFn: async () => (await ok(api.GET('/api/v1/webhook-kinds'))).kinds.map((kind) => ({ value: kind, label: kind })) }

const fields: readonly FieldSpec<WebhookInput>[] = [
  { kind: 'text', name: 'name', label: 'admin.name', help: 'admin.webhooks.nameHelp', required: true },
  { kind: 'text', name: 'url', label: 'admin.webhooks.url', help: 'admin.webhooks.urlHelp', required: true },
  { kind: 'switch', name: 'active', label: 'admin.webhooks.active', help: 'admin.webhooks.activeHelp' },
  { kind: 'many', name: 'kinds', label: 'admin.webhooks.kinds', help: 'admin.webhooks.kindsHelp', options: kinds },
  { kind: 'custom', name: 'brand_ids', label: 'admin.brands.title', render: (control) => <Brands control={control} /> },
]

const resource: Resource<Webhook, WebhookInput> = {
  key: keys.webhooks,
  words: {
    title: 'admin.webhooks.title',
    create: 'admin.webhooks.create',
    empty: 'admin.webhooks.empty',
    archived: 'admin.webhooks.archived',
    saved: 'admin.webhooks.saved',
    forever: 'admin.webhooks.forever',
  },
  edit: 'webhook.edit',
  width: 600,
  unsearched: true,
  nameOf: (hook) => hook.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (hook) => hook.name },
    { id: 'url', label: 'admin.webhooks.url', wideOnly: true, render: (hook) => <code className={classes.url}>{hook.url}</code> },
    { id: 'state', label: 'admin.webhooks.state', render: (hook) => <State hook={hook} /> },
  ],
  fields,
  blank: blankWebhook,
  toInput: webhookInput,
  ...webhooks,
  restore: undefined,
  create: (input) => webhooks.create(newWebhookBody(input)),
  update: (id, input, before) => webhooks.update(id, webhookBody(input, before)),
  reveal: (made) => <Secret hook={made as Webhook} />,
  extra: (hook) => <Acts hook={hook} />,
  tabs: [{ id: 'log', label: 'admin.webhooks.log', render: (hook) => <LogTab hook={hook} /> }],
}

/** Addresses of other systems that are told what happens. */
export function WebhooksPage() {
  return <AdminList resource={resource} />
}

function Brands({ control }: { control: Parameters<typeof BrandsField>[0]['control'] }) {
  const t = useT()
  return <BrandsField control={control} help={t('admin.webhooks.brandsHelp')} />
}

const tones: Record<Webhook['state'], Tone> = { active: 'ok', paused: 'neutral', gone: 'danger', failing: 'danger' }

function State({ hook }: { hook: Webhook }) {
  const t = useT()
  const troubled = hook.state === 'active' && hook.failing_since !== undefined
  return <Badge tone={troubled ? 'warn' : tones[hook.state]}>{troubled ? t('admin.webhooks.troubled') : t(`admin.webhooks.state.${hook.state}`)}</Badge>
}

function Secret({ hook }: { hook: Webhook }) {
  const t = useT()
  return (
    <Once text={t('admin.webhooks.once')} label={t('admin.webhooks.secret')} value={hook.secret ?? ''}>
      <p className={classes.hint}>{t('admin.webhooks.verify')}</p>
    </Once>
  )
}

/** Call it now, or give it a new secret. */
function Acts({ hook }: { hook: Webhook }) {
  const t = useT()
  const act = useAct()
  const [tested, setTested] = useState<WebhookDelivery>()
  const [fresh, setFresh] = useState<Webhook>()
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const path = { params: { path: { id: hook.id } } }

  const test = async () => {
    setBusy(true)
    await act({ done: t('admin.webhooks.called'), touches: [[...keys.webhooks, hook.id, 'log']], commit: async () => setTested(await ok(api.POST('/api/v1/webhooks/{id}/test', path))) })
    setBusy(false)
  }
  const rotate = () => act({ done: t('admin.webhooks.rotated'), touches: [keys.webhooks], commit: async () => setFresh(await ok(api.POST('/api/v1/webhooks/{id}/rotate', path))) })

  return (
    <section className={classes.acts} aria-label={t('admin.webhooks.tryOut')}>
      <div className={classes.row}>
        <Button variant="default" leftSection={<Send size={14} />} loading={busy} onClick={() => void test()}>
          {t('admin.webhooks.test')}
        </Button>
        {!hook.archived && (
          <Button variant="subtle" leftSection={<KeyRound size={14} />} onClick={() => setAsking(true)}>
            {t('admin.webhooks.rotate')}
          </Button>
        )}
      </div>
      <div role="status">{tested && <DeliveryLine delivery={tested} />}</div>
      {fresh && <Secret hook={fresh} />}
      {hook.old_secret_until && <p className={classes.hint}>{t('admin.webhooks.oldUntil', { at: formatFull(hook.old_secret_until, t.language) })}</p>}
      <ConfirmByName open={asking} onClose={() => setAsking(false)} text={t('admin.webhooks.rotateText')} name={hook.name} action={t('admin.webhooks.rotate')} onConfirm={rotate} />
    </section>
  )
}
