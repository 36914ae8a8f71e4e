import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { can, useSignedIn } from '@/lib/session'

const leastAsked = 2 // letters
const typingPause = 200 // milliseconds

/** Customers of a brand whom what was typed may mean. */
export function usePeople(brand: string, typed: string, enabled: boolean) {
  const may = can(useSignedIn(), 'customer.read')
  const [q] = useDebouncedValue(typed.trim(), typingPause)
  const found = useQuery({
    queryKey: ['customers', 'recipients', brand, q],
    queryFn: async () => (await ok(api.GET('/api/v1/customers', { params: { query: { brand, q, limit: 8 } } }))).items,
    enabled: enabled && may && brand !== '' && q.length >= leastAsked,
    placeholderData: (before) => before,
  })
  return found.data ?? []
}
