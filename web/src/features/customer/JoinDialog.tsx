import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import { useState } from 'react'
import { type Schemas, api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { useChannelName } from '@/kit/ChannelMark'
import { Dialog } from '@/kit/overlays'
import { customerKey } from './key'
import { type Suggestion, foundCustomersQuery, previewQuery } from './story'
import type { CustomerDetail } from './types'
import classes from './CustomerPage.module.css'

type Other = Pick<Schemas['CustomerBody'], 'id' | 'name' | 'email' | 'phone'>

interface Props {
  /** Who stays: the other's addresses become theirs. */
  customer: CustomerDetail
  suggestion?: Suggestion
  onClose: () => void
}

/** Says that another record is the same customer, after a look at what that will mean. */
export function JoinDialog({ customer, suggestion, onClose }: Props) {
  const t = useT()
  return (
    <Dialog opened onClose={onClose} title={t('customers.join.title', { name: customer.name || t('customers.unnamed') })} size={560}>
      <Body customer={customer} suggestion={suggestion} onClose={onClose} />
    </Dialog>
  )
}

function Body({ customer, suggestion, onClose }: Props) {
  const t = useT()
  const act = useAct()
  const [other, setOther] = useState<Other | undefined>(suggestion?.customer)
  const join = (from: Other) => {
    onClose()
    let made: string | undefined
    void act({
      done: t('customers.join.done', { name: from.name || t('customers.unnamed') }),
      touches: [customerKey(customer.id), customerKey(from.id), ['customers']],
      commit: async () => {
        const body = { into_id: customer.id, reason: suggestion?.reasons[0] ?? ('agent' as const) }
        made = (await ok(api.POST('/api/v1/customers/{id}/joins', { params: { path: { id: from.id } }, body }))).id
      },
      undo: async () => {
        if (made) await ok(api.POST('/api/v1/joins/{id}/undo', { params: { path: { id: made } } }))
      },
    })
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (other) join(other)
      }}
    >
      <p className={classes.faint}>{t('customers.join.help')}</p>
      {!suggestion && <Pick customer={customer} chosen={other} onChoose={setOther} />}
      {other && <Preview from={other} into={customer} />}
      <div className={classes.ends}>
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" disabled={!other} data-autofocus={suggestion ? true : undefined}>
          {t('customers.join.same')}
        </Button>
      </div>
    </form>
  )
}

const typingPause = 250

function Pick({ customer, chosen, onChoose }: { customer: CustomerDetail; chosen: Other | undefined; onChoose: (other: Other) => void }) {
  const t = useT()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed, typingPause)
  const found = (useQuery(foundCustomersQuery(q, customer.brand_id)).data ?? []).filter((c) => c.id !== customer.id && !c.joined_into)
  return (
    <>
      <TextInput data-autofocus label={t('customers.join.other')} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
      <div className={classes.picks} role="radiogroup" aria-label={t('customers.join.other')}>
        {found.map((c) => (
          <label key={c.id} className={classes.pick} data-chosen={chosen?.id === c.id || undefined}>
            <input type="radio" name="other" checked={chosen?.id === c.id} onChange={() => onChoose(c)} />
            <strong>{c.name || t('customers.unnamed')}</strong>
            <span className={classes.faint}>{[c.email, c.phone].filter(Boolean).join(' · ')}</span>
          </label>
        ))}
      </div>
    </>
  )
}

/** Both records, and what changes hands. */
function Preview({ from, into }: { from: Other; into: CustomerDetail }) {
  const t = useT()
  const channelName = useChannelName()
  const { data, error } = useQuery(previewQuery(from.id, into.id))
  if (error) return <p className={classes.wrong}>{problemText(t, error)}</p>
  return (
    <section className={classes.preview} aria-label={t('customers.join.preview')}>
      <Side told={t('customers.join.becomes')} one={from} />
      <ArrowRight size={18} aria-hidden />
      <Side told={t('customers.join.stays')} one={into} />
      {data && (
        <ul>
          {data.contact_points.map((p) => (
            <li key={p.id}>{[channelName(p.provider), p.provider === 'webchat' ? p.display_name : p.external_id || p.display_name].filter(Boolean).join(': ')}</li>
          ))}
          <li>{t('customers.join.moves', { count: data.contact_points.length })}</li>
          {data.reasons.length > 0 && <li>{data.reasons.map((r) => t.maybe(`customers.reason.${r}`) ?? r).join(' · ')}</li>}
        </ul>
      )}
    </section>
  )
}

function Side({ told, one }: { told: string; one: Other }) {
  const t = useT()
  return (
    <div className={classes.previewSide}>
      <span className={classes.faint}>{told}</span>
      <strong>{one.name || t('customers.unnamed')}</strong>
      <span className={classes.faint}>{[one.email, one.phone].filter(Boolean).join(' · ')}</span>
    </div>
  )
}
