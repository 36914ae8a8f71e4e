import type { Entry } from '../conversation/types'
import { type Forwarded, mailOf, sameRecipient } from './mail'

/** A mail that is being written, as its draft keeps it. What is absent is as the conversation has it. */
export interface Letter {
  html: string
  to?: readonly string[]
  cc?: readonly string[]
  bcc?: readonly string[]
  subject?: string
  from_id?: string
  /** The mail that is passed on below the text. */
  forward?: Forwarded
}

export const blankLetter: Letter = { html: '' }

/** Reads a draft; what is none is a blank one. */
export function parseLetter(text: string): Letter {
  if (text === '') return blankLetter
  try {
    const read = JSON.parse(text) as Partial<Letter> | null
    return read && typeof read === 'object' && typeof read.html === 'string' ? { ...read, html: read.html } : blankLetter
  } catch {
    return blankLetter
  }
}

/** The draft of a mail; nothing if nothing was written. */
export function formatLetter(letter: Letter): string {
  const said = Object.entries(letter).filter(([name, value]) => name !== 'html' && value !== undefined)
  return letter.html === '' && said.length === 0 ? '' : JSON.stringify(Object.fromEntries([['html', letter.html], ...said]))
}

/** What a mail says, in words alone: for previews and for what does not know formatting. */
export function textOf(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const br of page.querySelectorAll('br')) br.replaceWith('\n')
  for (const item of page.querySelectorAll('li')) (item.querySelector('p') ?? item).prepend('• ')
  const blocks = [...page.body.querySelectorAll('p, li')].filter((b) => !b.querySelector('p, li') || b.tagName === 'P')
  return blocks
    .map((b) => b.textContent ?? '')
    .join('\n')
    .trim()
}

/** A mail of ours as it was written: without the one that it passes on. */
export function ownPart(html: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  for (const passed of body.querySelectorAll(':scope > [data-fold]')) passed.remove()
  return body.innerHTML
}

/** The files that were attached to a mail of ours; those of the mail that it passes on come with that. */
export function ownFiles(entry: Pick<Entry, 'attachments' | 'data'>) {
  const { inline, forward } = mailOf(entry)
  const others = new Set([...Object.values(inline ?? {}), ...(forward?.copies ?? [])])
  return (entry.attachments ?? []).filter((f) => !others.has(f.id))
}

/** A text within HTML. */
export const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Words as paragraphs. */
export const paragraphs = (words: string): string =>
  words
    .split('\n')
    .map((l) => `<p>${escaped(l)}</p>`)
    .join('')

/** To whom an answer goes, and to whom besides if everybody is to have it. */
export interface Addressees {
  to: string[]
  everyone: string[]
}

/** What the newest mail of the customer says about where its answer goes; nobody where there is none yet. */
export function addresseesOf(entries: readonly Pick<Entry, 'kind' | 'author' | 'data'>[], own: readonly string[]): Addressees {
  const last = entries.findLast((e) => e.kind === 'message' && e.author === 'customer' && !mailOf(e).other_party)
  const mail = last ? mailOf(last) : {}
  const answer = mail.reply_to ?? mail.from
  const to = answer ? [answer] : []
  const everyone = [...(mail.to ?? []), ...(mail.cc ?? [])].filter((a, i, all) => ![...to, ...own].some((o) => sameRecipient(o, a)) && all.findIndex((o) => sameRecipient(o, a)) === i)
  return { to, everyone }
}
