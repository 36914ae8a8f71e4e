import { ActionIcon, Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Building2, Plus, X } from 'lucide-react'
import { Suspense, useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { useAct } from '@/kit/act'
import { ChooseOne } from '@/kit/Choose'
import { PanelBoundary } from '@/kit/states'
import { customerKey } from './key'
import { organisationQuery, organisationsForQuery, organisationsQuery } from './story'
import type { CustomerDetail } from './types'
import classes from './CustomerPage.module.css'

const OrganisationDialog = lazyPart(async () => (await import('./OrganisationDialog')).OrganisationDialog)

const put = (id: string, organisation: string) => ok(api.PATCH('/api/v1/customers/{id}', { params: { path: { id } }, body: { organisation_id: organisation } }))

/** Sets to which organisation a customer belongs, and lets it be taken back. */
export function useBelonging() {
  const t = useT()
  const act = useAct()
  return (customer: { id: string; name: string; organisation_id?: string }, organisation: string) =>
    act({
      done: t(organisation ? 'customers.organisation.set' : 'customers.organisation.left', { name: customer.name || t('customers.unnamed') }),
      touches: [customerKey(customer.id), ['organisation'], ['organisations']],
      commit: () => put(customer.id, organisation),
      undo: () => put(customer.id, customer.organisation_id ?? ''),
    })
}

/** To which organisation the customer belongs; a mail address may suggest one, a person says so. */
export function BelongsTo({ customer, editable }: { customer: CustomerDetail; editable: boolean }) {
  const t = useT()
  const set = useBelonging()
  const [choosing, setChoosing] = useState(false)
  const [making, setMaking] = useState(false)
  const own = customer.organisation_id
  const suggested = useQuery({ ...organisationsForQuery(customer.id), enabled: editable && !own }).data ?? []
  if (own) return <Own id={own} onLeave={editable ? () => void set(customer, '') : undefined} />
  if (!editable) return null
  return (
    <div className={classes.list}>
      {suggested.map((o) => (
        <p key={o.id} className={classes.row}>
          <Building2 size={15} aria-hidden />
          <span className={classes.grow}>{t('customers.organisation.suggested', { name: o.name })}</span>
          <Button size="compact-xs" variant="default" onClick={() => void set(customer, o.id)}>
            {t('customers.organisation.yes')}
          </Button>
        </p>
      ))}
      {choosing && (
        <Choose
          brand={customer.brand_id}
          onChoose={(id) => {
            setChoosing(false)
            void set(customer, id)
          }}
        />
      )}
      <div className={classes.row}>
        <Button size="compact-xs" variant="subtle" aria-expanded={choosing} leftSection={<Building2 size={14} aria-hidden />} onClick={() => setChoosing((now) => !now)}>
          {t('customers.organisation.choose')}
        </Button>
        <Button size="compact-xs" variant="subtle" leftSection={<Plus size={14} aria-hidden />} onClick={() => setMaking(true)}>
          {t('customers.organisation.create')}
        </Button>
      </div>
      <PanelBoundary floating resetKey={making}>
        <Suspense>{making && <OrganisationDialog brand={customer.brand_id} name={customer.company} onClose={() => setMaking(false)} onSaved={(made) => void set(customer, made.id)} />}</Suspense>
      </PanelBoundary>
    </div>
  )
}

function Own({ id, onLeave }: { id: string; onLeave?: () => void }) {
  const t = useT()
  const { data } = useQuery(organisationQuery(id))
  if (!data) return null
  return (
    <p className={classes.row}>
      <Building2 size={15} aria-hidden />
      <Link to="/organisations/$id" params={{ id }} search={{}} className={classes.grow}>
        {data.name}
      </Link>
      {onLeave && (
        <ActionIcon size={26} aria-label={t('customers.organisation.leave', { name: data.name })} title={t('customers.organisation.leave', { name: data.name })} onClick={onLeave}>
          <X size={14} />
        </ActionIcon>
      )}
    </p>
  )
}

function Choose({ brand, onChoose }: { brand: string; onChoose: (id: string) => void }) {
  const t = useT()
  const [q, setQ] = useState('')
  const found = useInfiniteQuery(organisationsQuery(q, brand)).data?.pages.flatMap((p) => p.items) ?? []
  return (
    <ChooseOne
      autoFocus
      searchable
      label={t('customers.organisation')}
      searchValue={q}
      onSearchChange={setQ}
      filter={({ options }) => options}
      data={found.map((o) => ({ value: o.id, label: o.name }))}
      value={null}
      onChange={(id) => id && onChoose(id)}
    />
  )
}
