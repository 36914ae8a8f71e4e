/** When something was said. */
import { time } from './time'

export function clock(language: string, at: string | number): string {
  return new Intl.DateTimeFormat(language, time).format(new Date(at))
}

export function day(language: string, at: string | number): string {
  return new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long' }).format(new Date(at))
}

export function sameDay(a: string | number, b: string | number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString()
}
