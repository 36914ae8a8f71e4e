/** The filters of the audit log, in its address. */
export interface AuditSearch {
  who?: string
  kind?: string
  brand?: string
  /** Days, "2026-03-14"; both are part of what is shown. */
  from?: string
  to?: string
}

const day = /^\d{4}-\d{2}-\d{2}$/
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)
const dayText = (value: unknown) => (typeof value === 'string' && day.test(value) ? value : undefined)

export function auditSearch(raw: Record<string, unknown>): AuditSearch {
  return { who: text(raw.who), kind: text(raw.kind), brand: text(raw.brand), from: dayText(raw.from), to: dayText(raw.to) }
}

/** What is asked of the server. The days are those of the viewer's zone; the end is the midnight after the last one. */
export function auditQuery({ who, kind, brand, from, to }: AuditSearch) {
  return { actor_id: who, subject_kind: kind, brand, from: from && midnight(from, 0), to: to && midnight(to, 1) }
}

function midnight(date: string, daysLater: number): string {
  const at = new Date(`${date}T00:00:00`)
  at.setDate(at.getDate() + daysLater)
  return at.toISOString()
}

/** What the log is about, in the order of the filter. */
export const subjectKinds = ['user', 'role', 'team', 'invitation', 'agent', 'brand', 'entry_point', 'calendar', 'queue', 'skill', 'disposition', 'away_reason', 'canned', 'api_key', 'setting', 'tenant', 'entry', 'customer', 'organisation', 'saved_view'] as const
