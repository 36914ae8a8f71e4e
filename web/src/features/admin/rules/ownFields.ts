import { useQuery } from '@tanstack/react-query'
import { type Translate, useT } from '@/lib/i18n'
import type { Option } from '@/kit/Choose'
import { nameIn } from '../../cases/names'
import { type RuleField, useWords } from '../../rules/words'
import { caseFields, customerFields, keys } from '../cases/api'

/** A field that the tenant has defined, as conditions compare it. */
export interface OwnField extends RuleField {
  label: string
  /** Of a choice. */
  options?: readonly Option[]
}

/** What is known of such a field, of cases or of customers. */
interface Defined {
  key: string
  names: Record<string, string>
  type: string
  choices?: readonly { key: string; names: Record<string, string> }[] | null
}

const ofCases = { queryKey: [...keys.caseFields, 'all'], queryFn: () => caseFields.all(), staleTime: 30_000 }
const ofCustomers = { queryKey: [...keys.customerFields, 'all'], queryFn: async () => (await customerFields.all()).filter((f) => f.subject === 'customer'), staleTime: 30_000 }

/** The fields that the tenant has defined, compared as their types are. */
export function ownFieldsOf(t: Translate, of: 'case' | 'customer', defined: readonly Defined[], sorts: readonly RuleField[]): OwnField[] {
  return defined.flatMap((f) => {
    const sort = sorts.find((s) => s.sort === f.type)
    if (!sort) return [] // of a newer server
    const name = nameIn(f.names, t.language)
    return [
      {
        ...sort,
        name: `${of}.fields.${f.key}`,
        label: t(of === 'case' ? 'rules.field.ownCase' : 'rules.field.ownCustomer', { name }),
        options: f.type === 'choice' ? f.choices?.map((c) => ({ value: c.key, label: nameIn(c.names, t.language) })) : undefined,
      },
    ]
  })
}

export function useOwnFields(): OwnField[] {
  const t = useT()
  const sorts = useWords()?.own ?? []
  const cases = useQuery(ofCases).data ?? []
  const customers = useQuery(ofCustomers).data ?? []
  return [...ownFieldsOf(t, 'case', cases, sorts), ...ownFieldsOf(t, 'customer', customers, sorts)]
}
