// What must not get lost: typed texts, sent replies and customers, when the
// network goes, a part of the program is missing, or the work moves on meanwhile.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addDesk, freshEntry, offer } from './fixtures/desk.mjs'
import { startMock } from './fixtures/mock.mjs'
import { checkAccessible, checkFits, launch, shot, visit } from './harness.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser.close())

const open = '/conversations?c=50000'

/** Opens the first conversation of an own desk and fails on any fault of the page. */
async function on(act, { size = 'desk', prepare } = {}) {
  const mock = await startMock()
  addDesk(mock.world, 60)
  const page = await visit(browser, { size, baseURL: mock.baseURL })
  try {
    await prepare?.(page, mock)
    await page.goto(open)
    await log(page).getByText('And how long will that take?').waitFor()
    await act(page, mock)
    assert.deepEqual(page.faults, [])
  } finally {
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await page.context().close()
    await mock.stop()
  }
}

async function inspect(page, name) {
  await shot(page, name)
  await checkFits(page, name)
  await checkAccessible(page, name)
}

const log = (page) => page.getByRole('log')
const field = (page) => page.getByRole('textbox', { name: /Reply to/ })
const said = (mock, text) => mock.world.entries.filter((e) => e.text === text)
const asked = (mock, ending) => mock.world.asked.filter((r) => r.method === 'POST' && r.pathname.endsWith(ending))

async function goOffline(page, mock) {
  mock.world.deaf = true
  mock.dropSockets()
  await page.context().setOffline(true)
}

async function goOnline(page, mock) {
  await page.context().setOffline(false)
  mock.world.deaf = false
}

test('what is typed and sent without a network is kept, and arrives once', () =>
  on(async (page, mock) => {
    await page.keyboard.press('r')
    await page.keyboard.type('Half an answer')
    await page.getByText('Draft saved', { exact: true }).waitFor()
    await goOffline(page, mock)
    await page.keyboard.type(', now a whole one.')
    await page.keyboard.press('Control+Enter')
    await page.keyboard.type('And another thing')
    await log(page).getByText('Not sent yet').waitFor()
    await page.locator('[data-list]').getByText('Not sent', { exact: true }).waitFor()
    await page.getByText('No connection.').waitFor()
    await inspect(page, 'loss-waiting')

    await goOnline(page, mock)
    await log(page).getByText('Sent', { exact: true }).waitFor()
    await page.locator('[data-list]').getByText('Not sent', { exact: true }).waitFor({ state: 'detached' })
    await page.reload()
    await log(page).getByText('Half an answer, now a whole one.').waitFor()
    assert.equal(await field(page).inputValue(), 'And another thing')
    assert.equal(await log(page).getByText('Half an answer, now a whole one.').count(), 1)
    assert.equal(said(mock, 'Half an answer, now a whole one.').length, 1)
    page.faults.length = 0 // the browser tells of each refused socket
  }))

test('a reply whose answer is lost stands there once, before and after a reload', () =>
  on(async (page, mock) => {
    await page.route('**/replies', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await page.keyboard.press('r')
    await page.keyboard.type('Stored, but who knows')
    await page.keyboard.press('Control+Enter')
    await log(page).getByText('Not sent yet').waitFor()
    await page.unrouteAll({ behavior: 'wait' })
    await page.reload()
    await log(page).getByText('Sent', { exact: true }).waitFor()
    assert.equal(await log(page).getByText('Stored, but who knows').count(), 1)
    assert.equal(said(mock, 'Stored, but who knows').length, 1)
    assert.equal(await field(page).inputValue(), '')
  }))

test('a reply that the server had no time for goes by itself, or back into the field', () =>
  on(async (page, mock) => {
    mock.world.refuse = [503, { status: 503, code: 'unavailable' }]
    await page.keyboard.press('r')
    await page.keyboard.type('Busy times')
    await page.keyboard.press('Control+Enter')
    await log(page).getByText('Not sent yet').waitFor()
    await log(page).getByRole('button', { name: 'Edit' }).click()
    assert.equal(await field(page).inputValue(), 'Busy times')
    await page.keyboard.press('Control+Enter')
    await log(page).getByText('Not sent yet').waitFor()
    mock.world.refuse = undefined
    await log(page).getByText('Sent', { exact: true }).waitFor()
    assert.equal(said(mock, 'Busy times').length, 1)
  }))

test('a part of the desk that cannot be loaded says so, and comes when the network is back', () =>
  on(
    async (page) => {
      await page.keyboard.press('r')
      await page.keyboard.type('Still here')
      await page.evaluate(() => (globalThis.samePage = true))
      await page.keyboard.press('Escape')
      await page.keyboard.press('t')
      await page.getByText('This part of the desk could not be loaded.').waitFor()
      await inspect(page, 'loss-part')
      await page.unroute('**/TransferDialog*')
      await page.evaluate(() => dispatchEvent(new Event('online')))
      await page.getByRole('dialog').getByRole('radio').first().waitFor()
      assert.ok(await page.evaluate(() => globalThis.samePage))
      await page.keyboard.press('Escape')
      assert.equal(await field(page).inputValue(), 'Still here')
      page.faults.length = 0 // the browser tells of the part that did not come
    },
    { prepare: (page) => page.route('**/TransferDialog*', (route) => route.abort()) },
  ))

test('a part of another version offers to reload, and does not do it by itself', () =>
  on(
    async (page) => {
      await page.keyboard.press('r')
      await page.keyboard.type('Not lost')
      await page.keyboard.press('Escape')
      await page.keyboard.press('t')
      await page.getByText('A new version is ready.').waitFor()
      await page.getByRole('button', { name: 'Reload' }).waitFor()
      assert.equal(await field(page).inputValue(), 'Not lost')
      page.faults.length = 0 // the browser tells of the part that did not come
    },
    {
      prepare: async (page) => {
        await page.route('**/TransferDialog*', (route) => route.abort())
        await page.route((url) => url.pathname === '/', (route) => route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/assets/index-later.js"></script>' }))
      },
    },
  ))

test('the whole desk is loaded while it is idle, so that it works without a network', () =>
  on(async (page, mock) => {
    const parts = ['TransferDialog', 'WrapUpBar', 'OfferCards', 'CommandBar', 'MePage']
    await page.waitForFunction((names) => names.every((n) => performance.getEntriesByType('resource').some((r) => r.name.includes(`/${n}-`))), parts)
    await goOffline(page, mock)
    await page.keyboard.press('t')
    await page.getByRole('dialog', { name: 'Transfer the conversation' }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('g')
    await page.keyboard.press('m')
    await page.getByRole('heading', { level: 1 }).waitFor()
    await goOnline(page, mock)
    page.faults.length = 0 // the browser tells of each refused socket
  }))

test('an offer is answered beside an open dialog, whose text stays', () =>
  on(async (page, mock) => {
    await page.keyboard.press('t')
    const note = page.getByRole('dialog').getByLabel('A word to the next agent')
    await note.fill('She waits for a technician')
    mock.say('offer', { offer: offer() })
    await page.getByRole('article').getByText('Piotr Nagy').waitFor()
    await inspect(page, 'loss-offer')
    assert.equal(await note.evaluate((n) => n === document.activeElement), true)
    await page.getByRole('button', { name: /Accept/ }).click()
    await page.waitForURL('**c=*50003*')
    await page.goto(open)
    await log(page).getByText('And how long will that take?').waitFor()
    await page.keyboard.press('t')
    await note.waitFor()
    assert.equal(await note.inputValue(), 'She waits for a technician')
  }))

test('a resolved conversation is taken back by a key, or by the customer', () =>
  on(async (page, mock) => {
    await page.clock.install()
    await page.keyboard.press('e')
    await page.getByText('Resolved: Eszter Kovács').waitFor()
    await page.locator('[name="note"]').fill('Halfway through')
    await page.locator('[role="log"]').focus()
    await page.keyboard.press('z')
    await page.locator('[name="note"]').waitFor({ state: 'detached' })
    await page.clock.runFor(10_000)
    assert.equal(asked(mock, '/end').length, 0)

    await page.keyboard.press('e')
    await page.locator('[name="note"]').waitFor()
    assert.equal(await page.locator('[name="note"]').inputValue(), 'Halfway through')
    mock.say('entry', { conversation_id: '50000', entry: freshEntry(15, { text: 'Wait, one more question!' }) })
    await page.getByText('Eszter Kovács has written again').waitFor()
    await page.clock.runFor(10_000)
    assert.equal(asked(mock, '/end').length, 0)

    await page.keyboard.press('e')
    await page.locator('[name="note"]').waitFor()
    await page.clock.runFor(8000)
    await page.waitForFunction(() => !document.body.innerText.includes('Resolved: Eszter'))
    assert.equal(asked(mock, '/end').length, 1)
    assert.equal(mock.world.rows.find((r) => r.id === '50000').state, 'wrap_up')
  }))

test('what waits for its seven seconds is told when the page is left', () =>
  on(async (page, mock) => {
    await page.keyboard.press('e')
    await page.getByText('Resolved: Eszter Kovács').waitFor()
    await page.goto('about:blank')
    await mock.until(() => asked(mock, '/end').length === 1)
  }))

test('a conversation is parked until a time and marked unread by keys', () =>
  on(async (page, mock) => {
    await page.keyboard.press('Shift+U')
    await mock.until(() => asked(mock, '/unread').length === 1)
    await page.locator('[data-list] a[aria-current="true"][data-unread]').waitFor()
    await page.keyboard.press('s')
    await page.getByRole('menuitem', { name: /In one hour/ }).waitFor()
    await inspect(page, 'loss-snooze')
    await page.getByRole('menuitem', { name: /In one hour/ }).click()
    await page.getByText('Parked: Eszter Kovács').waitFor()
    await page.keyboard.press('z')
    await mock.until(() => asked(mock, '/resume').length === 1)
    await page.getByRole('button', { name: 'Park', disabled: false }).click()
    await page.getByRole('menuitem', { name: 'Another time' }).click()
    await page.getByRole('dialog').getByLabel('Another time').fill('2035-01-02T10:30')
    await inspect(page, 'loss-snooze-own')
    await page.getByRole('dialog').getByRole('button', { name: 'Park' }).click()
    await mock.until(() => asked(mock, '/park').length === 2)
    assert.equal(Date.parse(asked(mock, '/park')[1].body.until), new Date(2035, 0, 2, 10, 30).getTime())
    const until = Date.parse(asked(mock, '/park')[0].body.until) - Date.now()
    assert.ok(until > 59 * 60_000 && until <= 60 * 60_000)
  }))

test('a text stays when the conversation is closed under it', () =>
  on(async (page, mock) => {
    await page.keyboard.press('r')
    await page.keyboard.type('I was just writing')
    Object.assign(mock.world.rows.find((r) => r.id === '50000'), { state: 'closed' })
    mock.say('conversation', { ...mock.world.rows.find((r) => r.id === '50000') })
    await page.getByText('You can no longer send this here.').waitFor()
    await shot(page, 'loss-closed')
    await checkFits(page, 'loss-closed')
    assert.equal(await field(page).inputValue(), 'I was just writing')
    await page.getByRole('button', { name: 'Make it a note' }).click()
    assert.equal(await page.getByRole('textbox', { name: /Internal note about/ }).inputValue(), 'I was just writing')
  }))

test('a reply that comes back to be changed brings its files', () =>
  on(async (page, mock) => {
    mock.world.refuse = [422, { status: 422, code: 'internal' }]
    await page.locator('input[type=file]').setInputFiles([{ name: 'zdjęcie.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') }])
    await page.keyboard.press('r')
    await page.keyboard.type('See the file')
    await page.getByRole('button', { name: /^Send Ctrl/ }).click()
    await log(page).getByText('Not sent.').waitFor()
    await log(page).getByRole('button', { name: 'Edit' }).click()
    assert.equal(await field(page).inputValue(), 'See the file')
    mock.world.refuse = undefined
    await page.keyboard.press('Control+Enter')
    await log(page).getByText('Sent', { exact: true }).waitFor()
    assert.deepEqual(asked(mock, '/replies').map((r) => r.body.attachment_ids), [['7'], ['7']])
  }))

test('the note of a wrap-up is sent before its time is over, wherever one is by then', () =>
  on(async (page, mock) => {
    await page.clock.install()
    await page.locator('[data-list] a[href="/conversations/50001"]').click()
    await page.waitForURL('**c=*50001*')
    await page.getByRole('button', { name: 'Resolve' }).click()
    await page.clock.runFor(8000)
    await page.getByText(/left$/).waitFor()
    await page.locator('[name="note"]').fill('Sent the tracking number')
    await page.locator('[data-list] a[href="/conversations/50000"]').click()
    await page.waitForURL('**c=*50000*')
    assert.equal(asked(mock, '/finish').length, 0)
    await page.clock.runFor(60_000)
    await mock.until(() => asked(mock, '/finish').length === 1)
    assert.equal(asked(mock, '/finish')[0].body.note, 'Sent the tracking number')
  }))

test('why an offer was declined is told in a word of the product, not of a language', () =>
  on(async (page, mock) => {
    mock.say('offer', { offer: offer() })
    await page.getByRole('button', { name: 'Decline with a reason' }).click()
    await page.getByRole('menuitem', { name: 'Not my subject' }).click()
    await mock.until(() => asked(mock, '/decline').length === 1)
    assert.deepEqual(asked(mock, '/decline')[0].body, { reason: 'subject' })
  }))

test('changes of a customer stay while one answers somebody else', () =>
  on(async (page) => {
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.locator('[name="company"]').fill('Pannon Fibre Kft.')
    await page.goto('/conversations?c=50001')
    await log(page).getByText('And how long will that take?').waitFor()
    await page.goto(open)
    await page.locator('[name="company"]').waitFor()
    assert.equal(await page.locator('[name="company"]').inputValue(), 'Pannon Fibre Kft.')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.reload()
    await page.locator('aside').getByText('Pannon Fibre', { exact: true }).waitFor()
  }))

test('who was set to offline learns why, what was handed on, and comes back by one click', () =>
  on(async (page, mock) => {
    mock.world.deaf = true
    mock.dropSockets()
    await page.getByText('No connection.').waitFor()
    const row = mock.world.rows.find((r) => r.id === '50000')
    Object.assign(row, { state: 'queued', agent: undefined })
    Object.assign(mock.world.presence, { state: 'offline', activity: 'offline', system: 'lost', since: new Date().toISOString() })
    mock.world.deaf = false
    await page.getByText('No connection.').waitFor({ state: 'detached' })
    mock.say('presence', mock.world.presence)
    await page.getByText('Your connection was lost').waitFor()
    await page.getByRole('status').getByRole('link', { name: 'Eszter Kovács' }).waitFor()
    await page.getByRole('button', { name: /^My state/ }).getByText('Connection lost').waitFor()
    await inspect(page, 'loss-offline')
    page.faults.length = 0 // the browser tells of each refused socket
    await page.getByRole('button', { name: 'Become available' }).click()
    await page.getByText('Your connection was lost').waitFor({ state: 'detached' })
  }))

test('the focus goes to the conversation that takes the place of a transferred one', () =>
  on(async (page, mock) => {
    await page.keyboard.press('t')
    await page.getByRole('radio').first().check({ force: true })
    await page.keyboard.press('Control+Enter')
    await page.getByText('Transferred to Invoices').waitFor()
    await page.waitForURL('**c=*50001*')
    await page.waitForFunction(() => document.activeElement?.getAttribute('href') === '/conversations/50001')
    await page.keyboard.press('z')
    await page.getByText('Transferred to Invoices').waitFor({ state: 'detached' })
    await page.locator('[data-list]').getByText('Eszter Kovács').first().waitFor()
    // Taken back, it is open again.
    await page.waitForURL('**c=*50000*')
    await log(page).getByText('And how long will that take?').waitFor()
    assert.equal(asked(mock, '/transfer').length, 0)
  }))

test('signing out asks first when something has not been sent', () =>
  on(async (page, mock) => {
    mock.world.refuse = [503, { status: 503, code: 'unavailable' }]
    await page.keyboard.press('r')
    await page.keyboard.type('Not yet')
    await page.keyboard.press('Control+Enter')
    await log(page).getByText('Not sent yet').waitFor()
    await page.getByRole('button', { name: /account and sign-out/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('dialog', { name: '1 message has not been sent' }).waitFor()
    await inspect(page, 'loss-sign-out')
    await page.getByRole('button', { name: 'Stay' }).click()
    await log(page).getByText('Not yet', { exact: true }).waitFor()
  }))

test('one’s own reply is brought into sight, however far up one reads', () =>
  on(async (page) => {
    await log(page).evaluate((box) => (box.scrollTop = 0))
    await page.keyboard.press('r')
    await page.keyboard.type('Down here')
    await page.keyboard.press('Control+Enter')
    await page.waitForFunction(() => {
      const box = document.querySelector('[role="log"]')
      return box.scrollHeight - box.scrollTop - box.clientHeight < 40
    })
  }))
