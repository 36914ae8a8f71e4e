// Two windows of one person: what one has not sent, the other knows, and each thing is done once. And the start of a
// window: nothing is asked twice, and nothing of what happens meanwhile is missed.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addDesk, freshRow } from './fixtures/desk.mjs'
import { startMock } from './fixtures/mock.mjs'
import { launch, visit } from './harness.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser.close())

const open = '/conversations?c=50000'
const log = (page) => page.getByRole('log')

/** Opens two windows of one person on the same conversation and fails on any fault of either. */
async function onTwo(act) {
  const mock = await startMock()
  addDesk(mock.world, 60)
  const first = await visit(browser, { baseURL: mock.baseURL })
  const second = await first.context().newPage()
  try {
    for (const page of [first, second]) {
      // oxlint-disable-next-line no-await-in-loop
      await page.goto(open)
      // oxlint-disable-next-line no-await-in-loop
      await log(page).getByText('And how long will that take?').waitFor()
    }
    await act(first, second, mock)
  } finally {
    await first.context().close()
    await mock.stop()
  }
}

async function write(page, text) {
  await page.bringToFront()
  await page.keyboard.press('r')
  await page.keyboard.type(text)
  await page.keyboard.press('Control+Enter')
}

const sent = (mock, text) => mock.world.asked.filter((r) => r.pathname.endsWith('/replies') && r.body.text === text)

test('the unsent messages of two windows stand in both, survive a reload, and leave once each', () =>
  onTwo(async (first, second, mock) => {
    mock.world.refuse = [503, { status: 503, code: 'unavailable' }]
    await write(first, 'From the first window')
    await log(first).getByText('Not sent yet').waitFor()
    await write(second, 'From the second window')
    for (const page of [first, second]) {
      for (const text of ['From the first window', 'From the second window']) {
        // oxlint-disable-next-line no-await-in-loop
        await log(page).getByText(text).waitFor()
      }
    }
    await second.reload()
    await log(second).getByText('From the first window').waitFor()
    mock.world.refuse = undefined
    const asked = mock.world.asked.length
    await log(second).getByRole('button', { name: 'Try again' }).first().click()
    for (const text of ['From the first window', 'From the second window']) {
      // oxlint-disable-next-line no-await-in-loop
      await mock.until(() => mock.world.entries.some((e) => e.text === text))
    }
    for (const page of [first, second]) {
      // oxlint-disable-next-line no-await-in-loop
      await log(page).getByText('Not sent yet').waitFor({ state: 'detached' })
    }
    const stored = mock.world.asked.slice(asked).filter((r) => r.pathname.endsWith('/replies'))
    assert.deepEqual(stored.map((r) => r.body.text), ['From the first window', 'From the second window'])
    assert.equal(await first.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('zongler.outbox')).length), 0)
    assert.ok(sent(mock, 'From the first window').length > 0)
  }))

test('what was handed on is known in the window that was opened after the loss, too', () =>
  onTwo(async (first, second, mock) => {
    mock.world.deaf = true
    mock.dropSockets()
    await first.getByText('No connection.').waitFor()
    Object.assign(mock.world.rows.find((r) => r.id === '50000'), { state: 'queued', agent: undefined })
    Object.assign(mock.world.presence, { state: 'offline', activity: 'offline', system: 'lost', since: new Date().toISOString() })
    mock.world.deaf = false
    const third = await first.context().newPage()
    await third.goto('/conversations')
    for (const page of [third, first]) {
      // oxlint-disable-next-line no-await-in-loop
      await page.bringToFront()
      // oxlint-disable-next-line no-await-in-loop
      await toldUntil(page.getByRole('status').getByRole('link', { name: 'Eszter Kovács' }), mock)
    }
  }))

/** Says the presence again and again until it is shown: a window may not be connected again yet, and hears nothing then. */
async function toldUntil(shown, mock) {
  for (const late = Date.now() + 30_000; ; ) {
    mock.say('presence', mock.world.presence)
    try {
      // oxlint-disable-next-line no-await-in-loop
      return await shown.waitFor({ timeout: 500 })
    } catch (error) {
      if (Date.now() > late) throw error
    }
  }
}

/** Opens a window that has never been open before. */
async function onFresh(act, prepare = () => {}) {
  const mock = await startMock()
  addDesk(mock.world, 60)
  prepare(mock.world)
  const page = await visit(browser, { baseURL: mock.baseURL })
  try {
    await page.goto(open)
    await log(page).getByText('And how long will that take?').waitFor()
    await act(page, mock)
    assert.deepEqual(page.faults, [])
  } finally {
    await page.context().close()
    await mock.stop()
  }
}

test('a window that starts asks for nothing twice', () =>
  onFresh(async (page, mock) => {
    await mock.until(() => mock.connected() > 0)
    await page.waitForLoadState('networkidle')
    const gets = mock.world.questions.filter((q) => q.startsWith('GET '))
    assert.ok(gets.length > 5)
    assert.deepEqual(gets.filter((q, i) => gets.indexOf(q) !== i), [])
  }))

test('a window that starts shows what happened before its connection stood', () =>
  onFresh(
    async (page) => {
      await page.locator('[data-list]').getByText('Zofia Wilk').waitFor()
    },
    (world) => {
      const late = freshRow(0, { state: 'active', due_at: new Date(Date.now() - 3_600_000).toISOString(), customer: { id: '1', name: 'Zofia Wilk' } })
      world.missed = [{ type: 'conversation', data: late }]
      // The list was read before that: only a further question finds it.
      const { more } = world
      let lists = 0
      world.more = (request) => {
        if (request.pathname === '/api/v1/conversations' && ++lists > 1 && !world.rows.some((r) => r.id === late.id)) world.rows.unshift(late)
        return more(request)
      }
    },
  ))
