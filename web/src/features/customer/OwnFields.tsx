import { useQuery } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { Field } from '../cases/CaseFields'
import { nameIn } from '../cases/names'
import { customerKey } from './key'
import { type Organisation, type OwnField, organisationKey, ownFieldsQuery } from './story'
import type { CustomerDetail } from './types'

/** What the company keeps of its customers beside the usual. */
export function CustomerOwnFields({ customer, editable }: { customer: CustomerDetail; editable: boolean }) {
  const save = (fields: Record<string, unknown>) => ok(api.PATCH('/api/v1/customers/{id}', { params: { path: { id: customer.id } }, body: { fields } }))
  return <OwnFields subject="customer" brand={customer.brand_id} values={customer.fields} editable={editable} cacheKey={customerKey(customer.id)} save={save} />
}

/** What the company keeps of organisations beside the usual. */
export function OrganisationOwnFields({ organisation, editable }: { organisation: Organisation; editable: boolean }) {
  const save = (fields: Record<string, unknown>) => ok(api.PATCH('/api/v1/organisations/{id}', { params: { path: { id: organisation.id } }, body: { fields } }))
  return <OwnFields subject="organisation" brand={organisation.brand_id} values={organisation.fields} editable={editable} cacheKey={organisationKey(organisation.id)} save={save} />
}

interface Props {
  subject: OwnField['subject']
  brand: string
  values: Record<string, unknown>
  editable: boolean
  cacheKey: readonly string[]
  save: (fields: Record<string, unknown>) => Promise<unknown>
}

function OwnFields({ subject, brand, values, editable, cacheKey, save }: Props) {
  const t = useT()
  const act = useAct()
  const fields = useQuery(ownFieldsQuery(subject, brand)).data ?? []
  return fields.map((field) => {
    const name = nameIn(field.names, t.language)
    const set = (value: unknown) =>
      void act({
        done: t('customers.fieldSaved', { name }),
        touches: [cacheKey],
        commit: () => save({ [field.key]: value ?? null }),
        undo: () => save({ [field.key]: values[field.key] ?? null }),
      })
    return <Field key={field.id} field={field} name={name} value={values[field.key]} disabled={!editable} onChange={set} />
  })
}
