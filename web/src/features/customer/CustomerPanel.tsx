import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { Suspense, useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useLive } from '@/lib/live'
import { lazyPart } from '@/lib/parts'
import { useCan } from '@/lib/session'
import { SidePanel } from '@/kit/SidePanel'
import { ErrorState, PanelBoundary, SkeletonRows } from '@/kit/states'
import { kept } from '../conversation/kept'
import { SideTabs } from '../knowledge/SideTabs'
import { CustomerCard } from './CustomerCard'
import { CustomerForm, useCustomerDraft } from './CustomerForm'
import { customerKey } from './key'
import classes from './Customer.module.css'

const CasePanel = lazyPart(async () => (await import('../cases/CasePanel')).CasePanel)

interface Props {
  id: string
  /** The conversation beside which the card is shown, if it is. */
  conversation?: string
  brand: string
  open: boolean
  onClose: () => void
}

/** Who one talks to: a column at the side, a drawer where there is no room. */
export function CustomerPanel({ id, conversation, brand, open, onClose }: Props) {
  const t = useT()
  const allowed = useCan('customer.read')
  const cache = useQueryClient()
  useLive<{ id: string }>('customer', ({ id: changed }) => void cache.invalidateQueries({ queryKey: customerKey(changed) }))
  if (!allowed) return null
  return (
    <SidePanel title={t('desk.customer.title')} open={open} onClose={onClose}>
      {open && conversation === undefined && <Body key={id} id={id} brand={brand} />}
      {open && conversation !== undefined && (
        <SideTabs conversation={conversation} brand={brand} onLeave={onClose}>
          <Body key={id} id={id} conversation={conversation} brand={brand} />
        </SideTabs>
      )}
    </SidePanel>
  )
}

function Body({ id, conversation, brand }: Pick<Props, 'id' | 'conversation' | 'brand'>) {
  const t = useT()
  const editable = useCan('customer.edit')
  const seesCases = useCan('case.read')
  const draft = useCustomerDraft(id)
  const [editing, setEditing] = useState(() => editable && kept(draft) !== undefined)
  const customer = useQuery({ queryKey: customerKey(id), queryFn: id ? () => ok(api.GET('/api/v1/customers/{id}', { params: { path: { id } } })) : skipToken })
  if (customer.isError && !customer.data) return <ErrorState error={customer.error} onRetry={() => void customer.refetch()} />
  if (!customer.data) return <SkeletonRows rows={5} height="56px" />
  if (editing) return <CustomerForm customer={customer.data} onDone={() => setEditing(false)} />
  return (
    <CustomerCard
      customer={customer.data}
      conversation={conversation}
      brand={brand}
      cases={
        seesCases &&
        conversation !== undefined && (
          <PanelBoundary resetKey={conversation}>
            <Suspense>
              <CasePanel key={conversation} conversation={conversation} brand={brand} />
            </Suspense>
          </PanelBoundary>
        )
      }
      edit={
        editable && (
          <button type="button" className={classes.edit} onClick={() => setEditing(true)}>
            <Pencil size={13} aria-hidden /> {t('desk.customer.edit')}
          </button>
        )
      }
    />
  )
}
