import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { undoCommand } from '@/kit/toast'
import { actsOn } from '../changes/actsOn'
import { ComposerHead } from '../ComposerHead'
import { type Shown, fold } from '../entries'
import { EntryView } from '../EntryView'
import type { Detail, Entry } from '../types'
import { answerTo, useAbout } from './about'
import { PostAbove } from './PostAbove'
import { Readers } from './Readers'

const at = '2026-05-14T10:00:00Z'
const soon = Date.parse(at) + 60_000
const acts = ['send', 'edit', 'delete', 'like', 'hide', 'reply_in_private', 'remove', 'block']
const detail = {
  id: '7', brand_id: '2', channel: 'facebook', state: 'active', agent: { id: '1', name: 'Marta Zając' }, customer: { id: '3', name: 'Anna Kiss' }, entry_point: { id: '4', name: 'Fala', channel: 'facebook' },
  post: { id: '5', ours: true, begins: false, link: 'https://facebook.example/5', text: 'New offer', known: true, hidden: false, occurred_at: at },
  capabilities: { acts, public: true, replies: true, edit_seconds: 0, delete_seconds: 0, private_seconds: 604_800, text_limit: 8000 },
} as unknown as Detail
const said = (seq: number, more: Partial<Entry> = {}) => ({ id: `${seq}`, seq, kind: 'message', author: 'customer', text: `text ${seq}`, by: { customer_id: `c${seq}`, name: `Person ${seq}` }, occurred_at: at, received_at: at, ...more }) as Entry
const ours = (seq: number, more: Partial<Entry>) => said(seq, { author: 'agent', by: undefined, user: { id: '1', name: 'Marta Zając' }, delivery: { state: 'sent', at }, ...more })
const session = sessionWith('conversation.reply')
const press = (on: Element) => act(async () => void fireEvent.click(on))

afterEach(() => {
  vi.unstubAllGlobals()
  answerTo('7', undefined)
})

describe('what is done in public', () => {
  it('is folded into what it is about, and what came to nothing is not', () => {
    const one = fold([said(1), ours(2, { kind: 'like', target_id: '1', text: '' }), ours(3, { kind: 'hiding', target_id: '1', text: '' }), ours(4, { kind: 'private_reply', target_id: '1', text: 'psst' })])
    expect(one.map((e) => e.id)).toEqual(['1', '4'])
    expect(one[0]).toMatchObject({ liked: true, hidden: true, privately: true })
    const back = fold([said(1), ours(2, { kind: 'hiding', target_id: '1' }), ours(3, { kind: 'hiding', target_id: '1', data: { off: true } }), ours(4, { kind: 'private_reply', target_id: '1', delivery: { state: 'failed', at } })])
    expect(back[0]).toMatchObject({ hidden: false })
    expect(back[0]?.privately).toBeUndefined()
  })

  it('blocks who wrote it in all that they wrote, until they are let in again', () => {
    const twice = said(2, { by: { customer_id: 'c1', name: 'Person 1' } })
    const blocked = fold([said(1), twice, said(3), ours(4, { kind: 'blocking', target_id: '1', text: '' })])
    expect(blocked.map((e) => e.blocked === true)).toEqual([true, true, false])
    const back = fold([said(1), twice, ours(4, { kind: 'blocking', target_id: '1' }), ours(5, { kind: 'blocking', target_id: '2', data: { off: true } })])
    expect(back.map((e) => e.blocked === true)).toEqual([false, false])
    expect(fold([said(1), ours(4, { kind: 'blocking', target_id: '1', delivery: { state: 'failed', at } })])[0]?.blocked).toBeUndefined()
  })

  it('blocks the one customer of a private conversation in all that they wrote, and nobody else', () => {
    const alone = (seq: number) => said(seq, { by: undefined })
    const blocked = fold([alone(1), ours(2, { text: 'an answer' }), alone(3), ours(4, { kind: 'blocking', target_id: '3', text: '' })])
    expect(blocked.map((e) => [e.id, e.blocked === true])).toEqual([['1', true], ['2', false], ['3', true]])
  })

  it('rates us as the review reads now', () => {
    const review = said(1, { data: { fields: { recommendation: 'negative' } } })
    expect(fold([review, said(2, { kind: 'edit', target_id: '1', data: { fields: { recommendation: 'positive' } } })])[0]?.data).toEqual({ fields: { recommendation: 'positive' } })
  })

  it.each<[string, readonly string[], readonly string[]]>([
    ['a comment', actsOn(said(1), detail, session, soon), ['answer', 'private', 'like', 'hide', 'remove', 'block']],
    ['one that was answered in private', actsOn({ ...said(1), privately: true } as Shown, detail, session, soon), ['answer', 'like', 'hide', 'remove', 'block']],
    ['one that is a week old', actsOn(said(1), detail, session, Date.parse(at) + 604_801_000), ['answer', 'like', 'hide', 'remove', 'block']],
    ['one in a conversation that is closed', actsOn(said(1), { ...detail, state: 'closed' } as Detail, session, soon), ['like', 'hide', 'remove', 'block']],
    ['where the channel cannot', actsOn(said(1), { ...detail, capabilities: { ...detail.capabilities, acts: ['send'], replies: false } } as Detail, session, soon), []],
  ])('can be done with %s', (_, got, want) => expect(got).toEqual(want))
})

describe('a comment', () => {
  it('says who of several people said it, and how it stands', async () => {
    const entry = { ...said(2), hidden: true, liked: true } as Shown
    await act(async () => renderDesk(<EntryView entry={entry} detail={detail} first last />, { session }))
    expect(screen.getByText('Person 2')).toBeTruthy()
    expect(await screen.findByText('Hidden – its author and their friends still see it')).toBeTruthy()
    expect(screen.getByText('We like this')).toBeTruthy()
  })

  it('says that it mentions us, how it rates us, and that its author is blocked', async () => {
    const entry = { ...said(2, { data: { fields: { mention: 'true', recommendation: 'positive', rating: '4' } } }), blocked: true } as Shown
    await act(async () => renderDesk(<EntryView entry={entry} detail={detail} first last />, { session }))
    for (const words of ['Mentions us', 'Recommends us', '4 of 5 stars', 'Its author is blocked']) expect(await screen.findByText(words)).toBeTruthy()
  })

  it('is hidden, which can be undone', async () => {
    const asked: unknown[] = []
    vi.stubGlobal('fetch', vi.fn(async (request: Request) => {
      asked.push([new URL(request.url).pathname, await request.clone().json()])
      return Response.json(ours(9, { kind: 'hiding', target_id: '1' }))
    }))
    await act(async () => renderDesk(<EntryView entry={said(1) as Shown} detail={detail} first last />, { session, commands: [undoCommand] }))
    await press(await screen.findByRole('button', { name: 'What to do with this message' }))
    await press(await screen.findByRole('menuitem', { name: 'Hide from the public' }))
    await press(await screen.findByRole('button', { name: /Undo/ }))
    await waitFor(() => expect(asked).toEqual([['/api/v1/conversations/7/entries/1/hide', { off: false }], ['/api/v1/conversations/7/entries/1/hide', { off: true }]]))
  })
})

describe('a message to us alone, where who wrote it can be blocked', () => {
  const alone = { ...detail, channel: 'mastodon_private', post: undefined, capabilities: { acts: ['send', 'block'], public: false, replies: true, edit_seconds: 0, delete_seconds: 0, text_limit: 500 } } as unknown as Detail

  it('has its author blocked, which can be undone', async () => {
    const asked: unknown[] = []
    vi.stubGlobal('fetch', vi.fn(async (request: Request) => {
      asked.push([new URL(request.url).pathname, await request.clone().json()])
      return Response.json(ours(9, { kind: 'blocking', target_id: '1' }))
    }))
    await act(async () => renderDesk(<EntryView entry={said(1, { by: undefined }) as Shown} detail={alone} first last />, { session, commands: [undoCommand] }))
    await press(await screen.findByRole('button', { name: 'What to do with this message' }))
    await press(await screen.findByRole('menuitem', { name: 'Block Anna Kiss' }))
    await press(await screen.findByRole('button', { name: /Undo/ }))
    await waitFor(() => expect(asked).toEqual([['/api/v1/conversations/7/entries/1/block', { off: false }], ['/api/v1/conversations/7/entries/1/block', { off: true }]]))
  })
})

function Head({ entries }: { entries: readonly Shown[] }) {
  const about = useAbout('7')
  return (
    <>
      <ComposerHead detail={detail} mode="reply" onMode={() => undefined} may={new Set(['reply'])} about={about} />
      <Readers detail={detail} entries={entries} about={about} />
    </>
  )
}

describe('the composer in public', () => {
  it('says who reads it, and is switched to one person', async () => {
    renderDesk(<Head entries={[said(1), said(2)] as Shown[]} />, { session })
    expect(screen.getByText("Everybody on the page's post reads this")).toBeTruthy()
    await press(screen.getByRole('button', { name: 'Private reply' }))
    expect(screen.getByText('Only Person 2 reads this')).toBeTruthy()
    expect(screen.getByText('Answers Person 2: “text 2”')).toBeTruthy()
    await press(screen.getByRole('button', { name: 'Public answer' }))
    expect(screen.getByText("Everybody on the page's post reads this")).toBeTruthy()
  })

  it('offers no private reply where all were answered so', () => {
    renderDesk(<Head entries={[{ ...said(1), privately: true } as Shown]} />, { session })
    expect(screen.getByRole('button', { name: 'Private reply' }).hasAttribute('disabled')).toBe(true)
  })
})

describe('the post above', () => {
  it('says whose it is, what it says and where it stands', () => {
    renderDesk(<PostAbove detail={detail} />, { session })
    expect(screen.getByText('Our post on Fala')).toBeTruthy()
    expect(screen.getByText('New offer')).toBeTruthy()
    expect(screen.getByRole('link', { name: 'Open on the channel' }).getAttribute('href')).toBe('https://facebook.example/5')
  })

  it('says so where it is not known', () => {
    renderDesk(<PostAbove detail={{ ...detail, post: { ...detail.post!, known: false, text: '' } }} />, { session })
    expect(screen.getByText('What the post says is not here.')).toBeTruthy()
  })
})
