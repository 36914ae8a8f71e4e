// What tells an agent of news when they look elsewhere: the bell, the sound, the title, the desktop.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addDesk, freshEntry } from './fixtures/desk.mjs'
import { startMock } from './fixtures/mock.mjs'
import { checkAccessible, checkFits, launch, shot, visit } from './harness.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser.close())

/** Counts notes and notifications of a page, and lets it be looked away from. */
function watchAlerts() {
  globalThis.alerts = { notes: 0, shown: [], hidden: false }
  const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (...args) {
    globalThis.alerts.notes++
    return start.apply(this, args)
  }
  globalThis.Notification = class extends EventTarget {
    static permission = 'granted'
    constructor(title, options) {
      super()
      globalThis.alerts.shown.push({ title, ...options, click: () => this.dispatchEvent(new Event('click')) })
    }
    close() {}
  }
  localStorage.setItem('zongler.desktopNews', 'on')
  Object.defineProperty(document, 'visibilityState', { get: () => (globalThis.alerts.hidden ? 'hidden' : 'visible') })
}

/** Runs a visit to an own desk and fails on any fault of the page. */
async function on(act) {
  const mock = await startMock()
  addDesk(mock.world, 40)
  const context = await browser.newContext({ baseURL: mock.baseURL, viewport: { width: 1440, height: 900 } })
  await context.addInitScript(watchAlerts)
  try {
    await act(context, mock)
  } finally {
    await context.close()
    await mock.stop()
  }
}

async function openDesk(context, address) {
  const page = await context.newPage()
  await page.goto(address)
  await page.locator('[data-list] li').first().waitFor()
  await page.mouse.click(1000, 400) // browsers let a page sound only after a click
  return page
}

const notes = (page) => page.evaluate(() => globalThis.alerts.notes)
const writes = (mock, id, seq) => {
  const row = mock.world.rows.find((r) => r.id === id)
  mock.say('conversation', { ...row, unread: row.unread + 1, last_seq: seq, preview: 'Are you there?' })
  mock.say('entry', { conversation_id: id, entry: freshEntry(seq, { text: 'Are you there?' }) })
}

test('a customer of one’s own is heard and counted in the title, but not in the open conversation', () =>
  on(async (context, mock) => {
    const page = await openDesk(context, '/conversations?c=50000')
    await page.getByRole('log').getByText('And how long will that take?').waitFor()
    const waiting = Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0)
    writes(mock, '50002', 15)
    await page.waitForFunction((n) => document.title.startsWith(`(${n})`), waiting + 1)
    await page.waitForFunction(() => globalThis.alerts.notes === 1)
    writes(mock, '50000', 15)
    await page.getByRole('log').getByText('Are you there?').waitFor()
    writes(mock, '50003', 15) // waits in a queue: nobody's yet
    writes(mock, '50004', 15)
    await page.waitForFunction(() => globalThis.alerts.notes > 1)
    assert.equal(await notes(page), 2)
  }))

test('of two tabs one tells, a notification of a conversation takes the place of the last, and a click opens it', () =>
  on(async (context, mock) => {
    const first = await openDesk(context, '/conversations')
    const second = await openDesk(context, '/conversations?c=50002')
    await second.getByRole('log').waitFor()
    writes(mock, '50002', 15)
    await second.getByRole('log').getByText('Are you there?').waitFor()
    await second.evaluate(() => (globalThis.alerts.hidden = true))
    await first.evaluate(() => (globalThis.alerts.hidden = true))
    writes(mock, '50002', 16)
    await first.waitForFunction(() => globalThis.alerts.shown.length === 1)
    assert.deepEqual([await notes(first), await notes(second)], [1, 0])
    const told = await first.evaluate(() => globalThis.alerts.shown[0])
    assert.deepEqual([told.title, told.body, told.tag], ['Wojciech Szabó', 'Are you there?', 'conversation-50002'])
    await first.evaluate(() => globalThis.alerts.shown[0].click())
    await first.waitForURL('**/conversations?c=*50002*')
  }))

test('notifications are kept by the server, counted once, and read when they are looked at', () =>
  on(async (context, mock) => {
    const old = { id: '1', kind: 'mention', conversation_id: '50000', entry_id: '80010', at: new Date(Date.now() - 60_000).toISOString() }
    mock.world.notifications = [old]
    const page = await openDesk(context, '/conversations')
    await page.getByRole('button', { name: 'Notifications, 1 new' }).waitFor()
    const fresh = { conversation_id: '50002', entry_id: '80011', by: 'Bálint Kiss', at: new Date().toISOString() }
    mock.world.notifications = [{ ...fresh, id: '2', kind: 'mention', by: { id: '2', name: 'Bálint Kiss' } }, old]
    mock.say('notification', fresh)
    mock.say('notification', fresh)
    await page.getByRole('button', { name: 'Notifications, 2 new' }).click()
    await page.getByText('Bálint Kiss mentioned you in a note').waitFor()
    await page.getByText('You were mentioned in a note').waitFor()
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
    assert.deepEqual(mock.world.readUpTo, ['2'])
    await shot(page, 'bell')
    await checkAccessible(page, 'the bell')
    await page.getByText('Bálint Kiss mentioned you in a note').click()
    await page.waitForURL('**/conversations/50002')
    await page.getByText('You were mentioned in a note').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
  }))

for (const look of [{}, { size: 'phone', theme: 'dark' }]) {
  test(`sounds and quiet hours are set for the device, ${look.size ?? 'desk'}`, async () => {
    const mock = await startMock()
    addDesk(mock.world, 40)
    const page = await visit(browser, { ...look, baseURL: mock.baseURL })
    try {
      await page.goto('/me?tab=alerts')
      const ring = page.getByRole('switch', { name: 'Ring for offers' })
      await page.locator('[name=quietFrom]').fill('22:00')
      await page.locator('[name=quietTo]').fill('06:00')
      await ring.click()
      await shot(page, `alerts-${look.size ?? 'desk'}`)
      await checkFits(page, 'alerts')
      await checkAccessible(page, 'alerts')
      await page.reload()
      assert.equal(await page.locator('[name=quietFrom]').inputValue(), '22:00')
      assert.equal(await ring.isChecked(), false)
      assert.deepEqual(page.faults, [])
    } finally {
      await page.context().close()
      await mock.stop()
    }
  })
}
