import { describe, expect, it } from 'vitest'
import type { Attachment, Detail, Entry } from '../conversation/types'
import { forwardOf, usualFiles } from './forward'
import { formatLetter, ownFiles, ownPart, parseLetter } from './letter'

const file = (id: string, size = 2000) => ({ id, name: `${id}.pdf`, size, type: 'application/pdf' }) as Attachment
const detail = { id: '7', subject: 'Rachunek', capabilities: { attachments: 2, attachment_bytes: 10_000 } } as Detail

describe('a mail that is passed on', () => {
  const entry = { id: '9', data: { subject: 'Re: Rachunek', inline: { logo: '1' } }, attachments: [file('1'), file('2'), file('3', 20_000), file('4'), file('5')] } as unknown as Entry
  it('offers its files but for the pictures within its text', () => {
    const forward = forwardOf(entry, detail)
    expect(forward).toMatchObject({ conversation: '7', entry: '9', subject: 'Fwd: Rachunek' })
    expect(forward.files.map((f) => f.id)).toEqual(['2', '3', '4', '5'])
  })
  it('takes as many along as a mail carries, and none that is too large', () => {
    expect(usualFiles(forwardOf(entry, detail))).toEqual(['2', '4'])
  })
  it('stays in the draft', () => {
    const letter = { html: '<p>See</p>', forward: { conversation_id: '7', entry_id: '9', attachment_ids: ['2'] } }
    expect(parseLetter(formatLetter(letter))).toEqual(letter)
  })
})

describe('a mail of ours that comes back', () => {
  it('has its own text alone', () => {
    expect(ownPart('<p>See <b>below</b></p><div data-fold="quote"><p>----------</p><div data-fold="quote">old</div></div>')).toBe('<p>See <b>below</b></p>')
    expect(ownPart('<p>Hello</p>')).toBe('<p>Hello</p>')
  })
  it('has the files that were attached to it, not those that are passed on', () => {
    const data = { inline: { logo: '1' }, forward: { conversation_id: '7', entry_id: '9', attachment_ids: ['8'], copies: ['2'] } }
    expect(ownFiles({ data, attachments: [file('1'), file('2'), file('3')] }).map((f) => f.id)).toEqual(['3'])
    expect(ownFiles({ data: undefined, attachments: undefined })).toEqual([])
  })
})
