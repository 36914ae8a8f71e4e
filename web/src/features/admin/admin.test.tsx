import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { auditQuery, auditSearch } from './audit/search'
import { isShort, valueText } from './audit/values'
import { calendarBody, calendarInput } from './calendars/form'
import { nextSpan, openMinutes, parseTime, spanOf, spansText, workingWeek } from './calendars/hours'
import { filled } from './canned/variables'
import { blankKey, keyBody } from './keys/form'
import { stepsOf } from './overview/steps'
import { changed, collection } from './parts/collection'
import { withText } from './parts/Words'
import { blankQueue, newQueueBody, queueBody, queueInput } from './queues/form'
import { Matrix } from './roles/Matrix'
import { grantable, groupsOf, withScope } from './roles/matrix'
import { adminPermissions } from './permissions'
import { groupsFor, mayOpen, sectionAt, sectionGroups } from './sections'
import type { AgentSettings, Brand, EntryPoint, Queue } from './types'
import { blankUser, grantsBody, invitationLink } from './users/access'
import { atOnce, workBody, workInput } from './users/work'
import { mailboxesOf } from './widgets/GoOnByMail'
import { pick, previewConfig } from './widgets/preview'
import { defaultSettings, freeName, moved, newWidgetBody, settingsOf, snippetOf, widgetBody, withWidgetText } from './widgets/settings'

afterEach(() => void vi.unstubAllGlobals())

describe('who may open what', () => {
  const pages = (...permissions: string[]) => groupsFor(sessionWith(...permissions)).flatMap((g) => g.sections.map((s) => s.id))

  it('shows everything to an administrator', () => {
    const all = sectionGroups.flatMap((g) => g.sections)
    expect(pages(...adminPermissions, 'user.read', 'brand.read', 'queue.read', 'canned.read')).toEqual(all.map((s) => s.id))
  })
  it('shows nothing to who may only read, as every agent does', () => expect(pages('queue.read', 'brand.read', 'canned.read', 'user.read')).toEqual([]))
  it('shows only its own page to a right alone', () => expect(pages('key.edit')).toEqual(['keys']))
  it('keeps users from who sees their team only', () => {
    const session = { ...sessionWith('audit.read'), permissions: { 'audit.read': 'brand', 'user.read': 'team' } as const }
    const users = sectionAt('/admin/users')!
    expect(mayOpen(session, users)).toBe(false)
    expect(mayOpen({ ...session, permissions: { ...session.permissions, 'user.read': 'brand' } }, users)).toBe(true)
  })
  it('finds the page of an address', () => {
    expect(sectionAt('/admin/away-reasons')?.id).toBe('away-reasons')
    expect(sectionAt('/admin')).toBeUndefined()
  })
})

describe('lists', () => {
  it('say in one way that a thing is out of use', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ items: [{ id: '1', archived: true, updated_at: '2026-01-01T00:00:00Z' }, { id: '2', archived: false, updated_at: '2026-01-01T00:00:00Z' }] }))
    expect((await collection('/api/v1/roles').list({})).items.map((i) => i.archived_at)).toEqual(['2026-01-01T00:00:00Z', undefined])
  })
  it('to choose from are read to their end', async () => {
    const pages = [{ items: [{ id: '1' }], next: 'c' }, { items: [{ id: '2' }] }]
    vi.stubGlobal('fetch', async () => Response.json(pages.shift()))
    expect((await collection('/api/v1/queues').all()).map((i) => i.id)).toEqual(['1', '2'])
  })
  it('of changes hold only what differs', () => expect(changed({ a: 1, b: [1, 2], c: '' }, { a: 1, b: [1], c: '' })).toEqual({ b: [1, 2] }))
})

describe('rights', () => {
  it('can be given as far as one has them', () => {
    expect(grantable('brand')).toEqual(['own', 'team', 'brand'])
    expect(grantable('none')).toEqual([])
    expect(grantable(undefined)).toEqual([])
  })
  it('go when they are set to none', () => {
    expect(withScope({ 'queue.read': 'brand' }, 'queue.read', 'none')).toEqual({})
    expect(withScope({}, 'queue.read', 'team')).toEqual({ 'queue.read': 'team' })
  })
  it('that this desk does not know yet are shown too', () => {
    expect(groupsOf(['queue.read', 'moon.walk'])).toEqual([{ id: 'configuration', permissions: ['queue.read'] }, { id: 'other', permissions: ['moon.walk'] }])
  })
  it('stand in a matrix that offers no more than one has', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ items: [{ name: 'queue.read', scope: 'brand' }, { name: 'queue.edit', scope: 'none' }], scopes: ['own', 'team', 'brand', 'tenant'] }))
    const onChange = vi.fn()
    renderDesk(<Matrix value={{}} onChange={onChange} />, { session: { ...sessionWith(), permissions: { 'queue.read': 'brand' } } })
    const see = await screen.findByRole<HTMLInputElement>('combobox', { name: 'See queues' })
    expect(screen.getByRole<HTMLInputElement>('combobox', { name: 'Edit queues and rules' }).disabled).toBe(true)
    fireEvent.click(see)
    const list = await screen.findByRole('listbox', { name: 'See queues', hidden: true })
    await waitFor(() => expect(within(list).getAllByRole('option', { hidden: true }).map((o) => o.textContent)).toEqual(['No', 'Own', 'Team', 'Brands']))
    fireEvent.click(within(list).getByText('Team'))
    expect(onChange).toHaveBeenCalledWith({ 'queue.read': 'team' })
  })
})

describe('queues', () => {
  const stored: Queue = { ...blankQueue, id: '1', created_at: '', brand_id: '7', name: 'Pomoc', offer_seconds: 0, max_waiting: 0, max_wait_seconds: 600, overflow_queue_id: '2', calendar_id: undefined }

  it('show what is not limited as empty, and say 0 for it', () => {
    const input = queueInput(stored)
    expect([input.max_waiting, input.max_wait_seconds, input.calendar_id]).toEqual([null, 600, null])
    expect(newQueueBody({ ...blankQueue, brand_id: '7', name: 'Pomoc' })).toMatchObject({ brand_id: '7', max_waiting: 0, offer_seconds: 0 })
    expect(newQueueBody(blankQueue)).not.toHaveProperty('calendar_id')
  })
  it('send what changed, and an empty key to take one away', () => {
    const before = queueInput(stored)
    expect(queueBody(before, before)).toEqual({})
    expect(queueBody({ ...before, overflow_queue_id: null, max_wait_seconds: null, brand_id: '8' }, before)).toEqual({ overflow_queue_id: '', max_wait_seconds: 0 })
  })
})

describe('users', () => {
  it('of all brands name none', () => expect(grantsBody({ ...blankUser('pl'), all_brands: true, brand_ids: ['1'] }).brand_ids).toEqual([]))
  it('are invited by a link to where they start', () => expect(invitationLink('a/b', 'https://desk.example.com')).toBe('https://desk.example.com/invite/a%2Fb'))
  it('send only loads of their own', () => {
    const settings: AgentSettings = { user_id: '1', capacity: 100, loads: { mail: 10 }, skills: [] }
    const input = workInput(settings)
    expect(input.loads).toMatchObject({ mail: 10, chat: null })
    expect(workBody({ ...input, loads: { ...input.loads, chat: 30, call: 50 } })).toEqual({ capacity: 100, loads: { mail: 10, chat: 30, call: 50 }, skills: [] })
    expect(atOnce(100, 30)).toBe(3)
    expect(atOnce(100, 30, 2)).toBe(2)
    expect(atOnce(50, 80)).toBe(1)
  })
})

describe('chats', () => {
  const point: EntryPoint = { id: '1', brand_id: '7', channel: 'webchat', name: 'Shop', address: 'wk', config: { color: '#112233' }, has_secret: false, queue_id: '3', active: true, health: 'ok', archived: false, created_at: '', updated_at: '' }
  const before = { brand_id: '7', name: 'Shop', queue_id: '3', active: true, config: settingsOf(point.config) }

  it('have the usual settings where nothing was decided', () => expect(settingsOf({ survey: false })).toEqual({ ...defaultSettings, survey: false }))
  it('send their settings whole, without what is empty', () => {
    expect(widgetBody(before, before)).toEqual({})
    expect(widgetBody({ ...before, queue_id: null, config: { ...before.config, color: '', texts: { pl: {} } } }, before)).toEqual({ queue_id: '', config: { ...defaultSettings, color: undefined, texts: undefined } })
    expect(newWidgetBody({ ...before, queue_id: null })).not.toHaveProperty('queue_id')
  })
  it('lose a text that is emptied', () => {
    const s = withWidgetText(defaultSettings, 'pl', 'title', 'Cześć')
    expect(s.texts).toEqual({ pl: { title: 'Cześć' } })
    expect(withWidgetText(s, 'pl', 'title', '').texts).toEqual({ pl: {} })
  })
  it('ask in the order that was chosen', () => {
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b'])
    expect(freeName([{ name: 'question', kind: 'text', label: {} }])).toBe('question_2')
  })
  it('are previewed as the server would answer', () => {
    const brand = { name: 'Fala Net', color: '#0b7285', languages: ['pl'] }
    const s = { ...defaultSettings, texts: { pl: { title: 'Cześć' }, en: { intro: 'Hello' } }, prechat: { fields: [{ name: 'name', kind: 'text' as const, label: { en: 'Name' } }] }, attachments: { enabled: false } }
    expect(previewConfig(s, brand, 'en', false)).toMatchObject({ language: 'en', brand: { color: '#0b7285' }, texts: { title: 'Cześć', intro: 'Hello' }, prechat: { fields: [{ label: 'Name' }] }, hours: { open: false }, attachments: { enabled: false } })
    expect(pick({ hu: 'Szia' }, 'en', ['pl'])).toBe('Szia')
  })
  it('go on by e-mail from an open mailbox of their brand', () => {
    const mailbox = { id: '1', name: 'Pomoc', address: 'pomoc@fala.example', channel: 'email', brand_id: '2', active: true }
    const points = [mailbox, { ...mailbox, id: '3', brand_id: '4' }, { ...mailbox, id: '5', channel: 'webchat' }, { ...mailbox, id: '6', active: false }]
    expect(mailboxesOf(points, '2')).toEqual([{ value: '1', label: 'Pomoc <pomoc@fala.example>' }])
    expect(previewConfig({ ...defaultSettings, mail: { from_id: '1', minutes: 5 } }, { name: 'Fala', color: '#0b7285', languages: ['pl'] }, 'pl', true).mail).toBe(true)
  })
  it('come to a page by one line', () => expect(snippetOf('wk', 'https://c.example.com')).toBe('<script async src="https://c.example.com/widget.js" data-key="wk"></script>'))
})

describe('opening hours', () => {
  it.each([['9:30', 570], ['09:30', 570], ['9', 540], ['1730', 1050], ['24:00', 1440], ['24:30', undefined], ['7:60', undefined], ['x', undefined]])('are read from %s', (text, want) => expect(parseTime(text)).toBe(want))
  it('may end after midnight', () => {
    expect(spanOf(1320, 120)).toEqual({ from: 1320, to: 1560 })
    expect(spanOf(540, 0)).toEqual({ from: 540, to: 1440 })
    expect(spansText([{ from: 480, to: 720 }, { from: 1320, to: 1560 }])).toBe('08:00–12:00, 22:00–02:00')
  })
  it('go on after the last ones', () => {
    expect(nextSpan([])).toEqual({ from: 540, to: 1020 })
    expect(nextSpan([{ from: 480, to: 720 }])).toEqual({ from: 780, to: 900 })
    expect(nextSpan([{ from: 0, to: 1440 }])).toEqual({ from: 1380, to: 1440 })
  })
  it('begin with a working week', () => expect(openMinutes(workingWeek())).toBe(5 * 8 * 60))
  it('lose their holidays by an empty country', () => {
    const before = calendarInput({ id: '1', archived: false, created_at: '', updated_at: '', name: 'Biuro', time_zone: 'Europe/Warsaw', country: 'PL', week: workingWeek(), exceptions: [{ date: '2026-12-24', spans: [] }, { date: '2026-05-02', spans: [] }] })
    expect(before.exceptions.map((e) => e.date)).toEqual(['2026-05-02', '2026-12-24'])
    expect(calendarBody({ ...before, country: null }, before)).toEqual({ country: '' })
  })
})

describe('texts', () => {
  it('are filled where something fills them', () => {
    expect(filled('Hi {{ customer.name }}, {{x}}!', { 'customer.name': 'Anna' })).toEqual([{ text: 'Hi ' }, { text: 'Anna', variable: 'customer.name', known: true }, { text: ', ' }, { text: '{{x}}', variable: 'x', known: false }, { text: '!' }])
  })
  it('of a language go when they are emptied', () => expect(withText({ en: 'a', pl: 'b' }, 'pl', '')).toEqual({ en: 'a' }))
})

describe('keys', () => {
  it('are valid to the end of their last day', () => {
    expect(keyBody({ ...blankKey, name: 'K', expires_on: '2026-12-31' })).toMatchObject({ name: 'K', brand_ids: [], expires_at: new Date('2026-12-31T23:59:59').toISOString() })
    expect(keyBody({ ...blankKey, all_brands: true, brand_ids: ['1'] })).toEqual({ name: '', permissions: {}, all_brands: true })
  })
})

describe('the audit log', () => {
  it('is asked for whole days, the last one too', () => {
    expect(auditQuery(auditSearch({ kind: 'queue', from: '2026-03-14', to: '2026-03-14' }))).toMatchObject({ subject_kind: 'queue', from: new Date('2026-03-14T00:00:00').toISOString(), to: new Date('2026-03-15T00:00:00').toISOString() })
    expect(auditSearch({ from: 'yesterday' }).from).toBeUndefined()
  })
  it('writes values so that they can be read', () => {
    expect(valueText(['a', 'b'])).toBe('a, b')
    expect(valueText({ pl: 'x' })).toContain('"pl"')
    expect([isShort('short'), isShort('a\nb')]).toEqual([true, false])
  })
})

describe('the overview', () => {
  const brand = { id: '1', name: 'Fala', color: '', languages: [], time_zone: '', archived: false, created_at: '', updated_at: '' } satisfies Brand
  const done = (world: Parameters<typeof stepsOf>[0]) => Object.fromEntries(stepsOf(world).map((s) => [s.id, s.done]))

  it('tells only what the person may know', () => expect(done({})).toEqual({}))
  it('finds what is left to do', () => {
    const queue = { ...blankQueue, id: '2' } as Queue
    expect(done({ brands: [brand], queues: [queue], unserved: ['2'], points: [], users: [], invitations: 1, awayReasons: 0 })).toEqual({ queue: true, members: false, widget: false, calendar: false, colleagues: true, awayReasons: false })
  })
})
