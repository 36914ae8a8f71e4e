import { Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import { Problem, api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { OpeningTexts } from '@/lib/i18n/OpeningTexts'
import { can, useSignedIn } from '@/lib/session'
import { useChannelName } from '@/kit/ChannelMark'
import { ChooseOne } from '@/kit/Choose'
import { customerKey } from '../../customer/key'
import { customerQuery } from '../../customer/story'
import type { CustomerDetail } from '../../customer/types'
import type { Beginning } from '../../mail/begin'
import { usePeople } from '../../mail/people'
import type { Template } from '../types'
import { type Values, inUse } from './fill'
import { type Opener, type Place, openersQuery, placesFor } from './openers'
import { Choose, Fill } from './TemplateDialog'
import classes from './WriteFirst.module.css'

interface Props {
  beginning: Beginning
  brand: string
  /** Told when a template is chosen: the message and its preview need room. */
  onWide: (wide: boolean) => void
  onClose: () => void
}

/** Writes first to a customer on a channel that takes approved words alone: to whom, from where, what. */
export function WriteFirst(props: Props) {
  return (
    <OpeningTexts>
      <Beginnings {...props} />
    </OpeningTexts>
  )
}

function Beginnings({ beginning, brand, onWide, onClose }: Props) {
  const t = useT()
  const [customer, setCustomer] = useState(beginning.customer)
  const openers = useQuery(openersQuery(brand))
  const [from, setFrom] = useState<string>()
  const opener = openers.data?.find((o) => o.id === from) ?? openers.data?.[0]
  const known = useQuery({ ...customerQuery(customer ?? ''), enabled: customer !== undefined }).data
  if (openers.isError) return <Wrong error={openers.error} />
  if (openers.data && !opener) return <p className={classes.hint}>{t('opening.noAccount')}</p>
  return (
    <div className={classes.form}>
      {!beginning.customer && <ChooseCustomer brand={brand} onChoose={setCustomer} />}
      {(openers.data?.length ?? 0) > 1 && <ChooseOne label={t('opening.from')} data={(openers.data ?? []).map((o) => ({ value: o.id, label: o.name }))} value={opener?.id ?? null} allowDeselect={false} onChange={(id) => setFrom(id ?? undefined)} />}
      {opener && known && <Message key={`${opener.id} ${known.id}`} opener={opener} customer={known} number={beginning.number} onWide={onWide} onClose={onClose} />}
    </div>
  )
}

/** Finds the customer to whom one wants to write. */
function ChooseCustomer({ brand, onChoose }: { brand: string; onChoose: (id: string | undefined) => void }) {
  const t = useT()
  const [q, setQ] = useState('')
  const [chosen, setChosen] = useState<{ value: string; label: string }>()
  const found = usePeople(brand, q, q !== chosen?.label).map((p) => ({ value: p.id, label: [p.name || t('customers.unnamed'), p.phone ?? p.email].filter(Boolean).join(' · ') }))
  return (
    <ChooseOne
      required
      searchable
      data-autofocus
      label={t('opening.customer')}
      placeholder={t('opening.find')}
      nothingFoundMessage={q.trim().length > 1 ? t('state.nothingFound') : undefined}
      data={chosen && !found.some((p) => p.value === chosen.value) ? [chosen, ...found] : found}
      filter={({ options }) => options}
      value={chosen?.value ?? null}
      searchValue={q}
      onSearchChange={setQ}
      onChange={(id) => {
        setChosen(found.find((p) => p.value === id))
        onChoose(id ?? undefined)
      }}
    />
  )
}

const another = 'another' // a number that is not known yet

/** Where to, and which template. */
function Message({ opener, customer, number, onWide, onClose }: { opener: Opener; customer: CustomerDetail; number?: string; onWide: Props['onWide']; onClose: () => void }) {
  const t = useT()
  const channelName = useChannelName()
  const places = placesFor(opener, customer)
  const [place, setPlace] = useState(places.find((p) => p.number === number)?.id ?? places[0]?.id ?? another)
  const [typed, setTyped] = useState(number ?? '')
  const [template, setTemplate] = useState<Template>()
  const templates = useQuery({
    queryKey: ['opener-templates', opener.id],
    queryFn: async () => (await ok(api.GET('/api/v1/openers/{id}/templates', { params: { path: { id: opener.id } } }))).items,
    staleTime: 60_000,
  })
  const choose = (next: Template | undefined) => {
    setTemplate(next)
    onWide(next !== undefined)
  }
  const to: Place = places.find((p) => p.id === place) ?? { id: another, label: typed, number: typed }
  const name = channelName(opener.channel)
  if (template) return <Send opener={opener} customer={customer} to={to} template={template} onBack={() => choose(undefined)} onClose={onClose} />
  return (
    <>
      {places.length > 0 && (
        <ChooseOne
          label={t('opening.to', { channel: name })}
          data={[...places.map((p) => ({ value: p.id, label: p.label })), { value: another, label: t('opening.another') }]}
          value={place}
          allowDeselect={false}
          onChange={(id) => setPlace(id ?? another)}
        />
      )}
      {place === another && (
        <TextInput required type="tel" label={places.length > 0 ? t('opening.number') : t('opening.to', { channel: name })} description={t('opening.numberHelp')} value={typed} maxLength={60} onChange={(e) => setTyped(e.currentTarget.value)} />
      )}
      {(place !== another || typed.trim() !== '') && <Choose templates={templates} language={customer.language || undefined} onChoose={choose} />}
    </>
  )
}

/** Fills the template in and sends it; where a consent lacks, it can be noted on the way. */
function Send({ opener, customer, to, template, onBack, onClose }: { opener: Opener; customer: CustomerDetail; to: Place; template: Template; onBack: () => void; onClose: () => void }) {
  const navigate = useNavigate()
  const [busy, setBusy] = useState(false)
  const [values, setValues] = useState<Values>({})
  const [error, setError] = useState<unknown>()
  const send = async (now: Values) => {
    setBusy(true)
    setValues(now)
    try {
      const made = await ok(api.POST('/api/v1/openings', { body: { from_id: opener.id, customer_id: customer.id, contact_point_id: to.point, number: to.point ? undefined : to.number, template: inUse(template, now) } }))
      onClose()
      void navigate({ to: '/conversations/$id', params: { id: made.id } })
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }
  const lacks = error instanceof Problem && error.code === 'opening.no_consent' ? error : undefined
  return (
    <Fill template={template} name={customer.name || to.label} busy={busy} disabled={lacks !== undefined} onSend={(now) => void send(now)} onBack={onBack}>
      {error !== undefined && <Wrong error={error} onGo={onClose} />}
      {lacks && <Consent customer={customer} purpose={lacks.values.purpose === 'marketing' ? 'marketing' : 'service'} channel={opener.channel} busy={busy} onNoted={() => void send(values)} />}
    </Fill>
  )
}

/** Notes that the customer has agreed, for it has to be written down before they are written to. */
function Consent({ customer, purpose, channel, busy, onNoted }: { customer: CustomerDetail; purpose: 'marketing' | 'service'; channel: string; busy: boolean; onNoted: () => void }) {
  const t = useT()
  const cache = useQueryClient()
  const [what, setWhat] = useState('')
  const [evidence, setEvidence] = useState('')
  const [failure, setFailure] = useState<unknown>()
  if (!can(useSignedIn(), 'customer.edit')) return null
  const note = async () => {
    setFailure(undefined)
    try {
      await ok(api.POST('/api/v1/customers/{id}/consents', { params: { path: { id: customer.id } }, body: { state: 'given', purpose, channel, what: what.trim(), ...(evidence.trim() && { evidence: evidence.trim() }) } }))
      void cache.invalidateQueries({ queryKey: customerKey(customer.id) })
      onNoted()
    } catch (problem) {
      setFailure(problem)
    }
  }
  return (
    <fieldset className={classes.consent} aria-label={t('opening.consent')}>
      <TextInput required label={t('customers.consents.what')} description={t('customers.consents.whatHelp')} value={what} maxLength={1000} onChange={(e) => setWhat(e.currentTarget.value)} />
      <TextInput label={t('customers.consents.evidence')} description={t('customers.consents.evidenceHelp')} value={evidence} maxLength={1000} onChange={(e) => setEvidence(e.currentTarget.value)} />
      {failure !== undefined && <Wrong error={failure} />}
      <Button type="button" variant="default" loading={busy} disabled={what.trim() === ''} onClick={() => void note()}>
        {t('opening.noteAndSend')}
      </Button>
    </fieldset>
  )
}

/** Why it was not sent; where they already write with us, the way there. */
function Wrong({ error, onGo }: { error: unknown; onGo?: () => void }) {
  const t = useT()
  const channelName = useChannelName()
  const { purpose, channel, conversation } = (error instanceof Problem ? error.values : {}) as Partial<Record<string, string>>
  const named = { purpose: purpose && (t.maybe(`customers.purpose.${purpose}`) ?? purpose), channel: channel && channelName(channel) }
  const text = purpose && error instanceof Problem ? t.maybe(`error.${error.code}`, { ...named } as Record<string, string>) : undefined
  return (
    <p className={classes.wrong} role="alert">
      <CircleAlert size={15} aria-hidden /> <span>{text ?? problemText(t, error)}</span>
      {conversation && onGo && (
        <Link to="/conversations/$id" params={{ id: conversation }} onClick={onGo}>
          {t('opening.goThere')}
        </Link>
      )}
    </p>
  )
}
