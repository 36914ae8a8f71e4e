/** Times as people say them, in the visitor's language and zone, with 24 hours everywhere. */

export const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

/** Day and time, for an opening hour. */
export function moment(language: string, at: string): string {
  const soon = Date.parse(at) - Date.now() < 6 * 86_400_000
  return new Intl.DateTimeFormat(language, { ...(soon ? { weekday: 'long' } : { day: 'numeric', month: 'long' }), ...time }).format(new Date(at))
}
