import type { ContactPoint } from './types'

/** An address of a customer, with all places of ours where it was met. */
export interface Address {
  /** The first contact point that has it. */
  point: ContactPoint
  verified: boolean
  /** Mailboxes, widgets and channels of ours, by their addresses or names. */
  places: string[]
}

/** What tells an address from others: of visitors without one, each is its own. */
const nameOf = ({ provider, external_id, id }: ContactPoint) => (provider === 'webchat' || !external_id ? id : `${provider} ${external_id.toLowerCase()}`)

/** The addresses of a customer, each once, however many places of ours know it. */
export function addressesOf(points: readonly ContactPoint[]): Address[] {
  const found = new Map<string, Address>()
  for (const point of points) {
    const name = nameOf(point)
    const one = found.get(name) ?? { point, verified: false, places: [] }
    const places = (point.at ?? []).map((p) => p.address || p.name)
    found.set(name, { ...one, verified: one.verified || point.verified, places: [...new Set([...one.places, ...places])] })
  }
  return [...found.values()]
}

/** Whether a customer's mail address is among the addresses already. */
export const knowsMail = (addresses: readonly Address[], mail: string | undefined) => Boolean(mail) && addresses.some(({ point }) => point.external_id?.toLowerCase() === mail?.toLowerCase())
