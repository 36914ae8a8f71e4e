// How the list of conversations keeps its order and its place, in a real browser.
import assert from 'node:assert/strict'
import { after, before as beforeAll, test } from 'node:test'
import { addDesk, freshRow, offer } from './fixtures/desk.mjs'
import { startMock } from './fixtures/mock.mjs'
import { checkAccessible, launch, shot, visit } from './harness.mjs'

let browser
beforeAll(async () => (browser = await launch()))
after(() => browser.close())

/** Runs a visit to an own desk and fails on any fault of the page. */
async function on(look, act, rows = 300) {
  const mock = await startMock()
  addDesk(mock.world, rows)
  const page = await visit(browser, { ...look, baseURL: mock.baseURL })
  try {
    await act(page, mock)
    assert.deepEqual(page.faults, [])
  } finally {
    await page.context().close()
    await mock.stop()
  }
}

const soon = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString()
const scroller = (page) => page.locator('[data-list] ul').locator('..')
const scrolledTo = (page) => scroller(page).evaluate((e) => e.scrollTop)
const rowAt = (page, index) => page.locator(`[data-list] li[data-index="${index}"]`)
const rowOf = (page, name) => page.locator('[data-list] li', { hasText: name })
const pill = (page) => page.getByRole('button', { name: /\d new/ })

test('a list that grows stays where it was scrolled to, also with an open row', () =>
  on({}, async (page, mock) => {
    await page.goto('/conversations?view=all')
    await rowAt(page, 0).getByRole('link').click()
    await page.getByRole('log').waitFor()
    await scroller(page).evaluate((e) => (e.scrollTop = 76 * 85))
    await rowAt(page, 90).waitFor()
    await page.waitForFunction(() => Number(document.querySelector('[data-list] li')?.getAttribute('aria-setsize')) > 100)
    const before = await scrolledTo(page)
    mock.say('conversation', freshRow(1, { due_at: soon(-90) }))
    await pill(page).waitFor()
    assert.equal(await scrolledTo(page), before)
    assert.ok(before > 5000)
  }))

test('a row whose deadline changes moves by itself when the list rests, and not under the pointer', () =>
  on({}, async (page, mock) => {
    await page.goto('/conversations?view=all')
    await rowAt(page, 0).waitFor()
    const third = mock.world.rows[2]
    const first = rowOf(page, mock.world.rows[0].customer.name).first()
    const place = () => first.getAttribute('data-index')
    assert.equal(await place(), '0')
    const moving = setInterval(() => void page.mouse.move(200, 400 + (Date.now() % 9)).catch(() => {}), 200)
    try {
      mock.say('conversation', { ...third, customer: { id: '1', name: 'Zofia Wilk' }, due_at: soon(-200) })
      await rowAt(page, 2).getByText('Zofia Wilk').waitFor()
      await page.waitForTimeout(3500)
      assert.equal(await place(), '0')
    } finally {
      clearInterval(moving)
    }
    await page.mouse.move(900, 500)
    await rowAt(page, 0).getByText('Zofia Wilk').waitFor()
  }))

test('what belongs to a later page is not announced', () =>
  on({}, async (page, mock) => {
    await page.goto('/conversations?view=all')
    await rowAt(page, 0).waitFor()
    mock.say('conversation', freshRow(1, { due_at: soon(60 * 24 * 300), customer: { id: '1', name: 'Far Away' } }))
    mock.say('conversation', freshRow(2, { due_at: soon(-300), customer: { id: '2', name: 'Very Late' } }))
    mock.say('conversation', { ...mock.world.rows[0], preview: 'Everything has arrived' })
    await page.getByText('Everything has arrived').waitFor()
    assert.equal(await pill(page).innerText(), '1 new')
    await pill(page).click()
    await rowAt(page, 0).getByText('Very Late').waitFor()
  }))

test('asking for everything again moves nothing', () =>
  on({}, async (page, mock) => {
    await page.goto('/conversations?view=all')
    await rowAt(page, 4).waitFor()
    const names = () => page.locator('[data-list] li a > span:nth-child(2) > span:first-child').allInnerTexts()
    const before = await names()
    await page.mouse.move(200, 400)
    mock.world.rows = [freshRow(9, { due_at: soon(-500) }), ...mock.world.rows.filter((r) => r !== mock.world.rows[1])]
    mock.say('resync')
    await pill(page).waitFor()
    assert.deepEqual(await names(), before)
    await rowAt(page, 1).locator('[data-left]').waitFor()
  }))

test('what one has accepted oneself is no news: it stands in the empty list and is counted', () =>
  on(
    {},
    async (page, mock) => {
      mock.world.counts = { mine: 0, all: 0 }
      await page.goto('/conversations')
      await page.getByText('You have no open conversations').waitFor()
      mock.say('offer', { offer: offer() })
      await page.getByRole('article').getByText('Piotr Nagy').waitFor()
      mock.world.rows = [{ ...freshRow(3), id: '50003', state: 'active', agent: { id: '1', name: 'Marta Zając' } }]
      mock.world.counts = { mine: 1, all: 1 }
      await page.getByRole('button', { name: /Accept/ }).click()
      mock.say('conversation', mock.world.rows[0])
      await rowOf(page, 'Piotr Nagy').waitFor()
      await page.getByText('1 open').waitFor()
      assert.equal(await pill(page).count(), 0)
    },
    0,
  ))

test('a phone finds the list where it was left, by its arrow and by the browser’s', () =>
  on({ size: 'phone' }, async (page) => {
    await page.goto('/conversations?view=all')
    await rowAt(page, 0).waitFor()
    await scroller(page).evaluate((e) => (e.scrollTop = 2000))
    await rowAt(page, 30).waitFor()
    const steps = () => page.evaluate(() => history.length)
    const before = await scrolledTo(page)
    for (const way of ['arrow', 'browser']) {
      await rowAt(page, 29).getByRole('link').click()
      await page.getByRole('log').waitFor()
      const opened = await steps()
      if (way === 'arrow') await page.getByRole('button', { name: 'Back to the list' }).click()
      else await page.goBack()
      await page.getByRole('log').waitFor({ state: 'detached' })
      assert.equal(await scrolledTo(page), before)
      assert.equal(await steps(), opened)
    }
  }))

test('a view is saved for a team by keys, on a phone too, and shown from the list of views', () =>
  on({ size: 'phone', theme: 'dark' }, async (page, mock) => {
    mock.world.savedViews = [{ id: '1', name: 'Reklamacje z całego kraju, najstarsze najpierw', shared: 'all', mine: false, editable: false, owner_name: 'Lena Wiśniewska', rev: 1, changed_at: soon(-60), query: { view: 'all', sort: 'oldest' } }]
    await page.goto('/conversations?view=queues&sort=newest')
    await rowAt(page, 0).waitFor()
    const views = page.getByRole('button', { name: 'Saved views' })
    await views.press('Enter')
    await page.getByText('by Lena Wiśniewska · Everybody').waitFor()
    await checkAccessible(page, 'saved views')
    await shot(page, 'list/saved-views')
    await page.getByRole('menuitem', { name: 'Save this view…' }).press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name of the view' }).fill('Nights')
    await dialog.getByRole('combobox', { name: 'Shared with' }).press('ArrowDown')
    await page.getByRole('option', { name: 'Team Zespół nocny' }).click()
    await checkAccessible(page, 'saving a view')
    await shot(page, 'list/save-view')
    await dialog.getByRole('textbox', { name: 'Name of the view' }).press('Enter')
    await page.getByText('View saved').waitFor()
    const { shared, team_id, query } = mock.world.savedViews.at(-1)
    assert.deepEqual({ shared, team_id, query }, { shared: 'team', team_id: '9', query: { view: 'queues', sort: 'newest' } })
    await views.press('Enter')
    await page.getByRole('menuitem', { name: /Reklamacje/ }).press('Enter')
    await page.waitForURL(/view=all&sort=oldest/)
  }))

test('another view begins at its top and takes new rows in by itself', () =>
  on({}, async (page, mock) => {
    await page.goto('/conversations?view=all')
    await rowAt(page, 0).waitFor()
    await scroller(page).evaluate((e) => (e.scrollTop = 2000))
    await rowAt(page, 30).waitFor()
    await page.getByRole('button', { name: /^Unassigned/ }).click()
    await page.waitForURL('**view=unassigned**')
    await page.waitForFunction(() => document.querySelector('[data-list] ul')?.parentElement?.scrollTop === 0)
    await page.mouse.move(900, 500)
    mock.say('conversation', freshRow(3, { state: 'queued', agent: undefined, due_at: soon(-300), customer: { id: '1', name: 'Zofia Wilk' } }))
    await rowAt(page, 0).getByText('Zofia Wilk').waitFor({ timeout: 8000 })
  }))

/** Chooses the first three rows by key and by click. */
async function chooseThree(page) {
  await page.goto('/conversations')
  await rowAt(page, 0).getByRole('link').click()
  await page.getByRole('log').waitFor()
  await rowAt(page, 0).getByRole('link').focus()
  await page.keyboard.press('x')
  await page.getByText('1 conversation chosen').waitFor()
  await rowAt(page, 2).getByRole('link').click({ modifiers: ['Shift'] })
  await page.getByText('3 conversations chosen').waitFor()
}

const bulks = (mock) => mock.world.asked.filter((r) => r.pathname.endsWith('/bulk')).map((r) => r.body)

test('many are chosen by key and by click with Shift, and resolved in one go that says why one was not', () =>
  on({}, async (page, mock) => {
    await chooseThree(page)
    await checkAccessible(page, 'chosen rows')
    await shot(page, 'bulk')
    await page.keyboard.press('Shift+e')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('of them need').waitFor()
    await page.getByRole('combobox', { name: 'How it ended' }).click()
    await page.getByRole('option', { name: 'Solved' }).click()
    await dialog.getByRole('textbox', { name: 'Note for colleagues' }).fill('All of one fault')
    await checkAccessible(page, 'asking for a bulk act')
    await shot(page, 'bulk-asked')
    const refused = mock.world.rows.filter((r) => r.agent)[1]
    mock.world.bulkFails = { [refused.id]: { code: 'required', field: 'disposition_id' } }
    await dialog.getByRole('button', { name: /^Resolve 3/ }).click()
    await page.getByText('3 conversations resolved').waitFor()
    assert.deepEqual(bulks(mock), [])
    await page.getByText('1 of 3 not resolved').waitFor({ timeout: 12_000 })
    assert.equal(bulks(mock).length, 1)
    assert.deepEqual({ ...bulks(mock)[0], ids: bulks(mock)[0].ids.length }, { act: 'resolve', disposition_id: '1', note: 'All of one fault', ids: 3 })
    await page.getByRole('button', { name: 'Why?' }).click()
    await dialog.getByText('Its queue asks how it ended.').waitFor()
    await checkAccessible(page, 'a bulk act')
    await shot(page, 'bulk-done')
    await dialog.getByRole('button', { name: 'Choose these again' }).click()
    await page.getByText('1 conversation chosen').waitFor()
    await page.getByText('1 of 3 not resolved').waitFor({ state: 'detached' })
    assert.equal(mock.world.rows.filter((r) => r.state === 'closed').length, 2)
  }))

test('many are handed on with a word, and taken back by Z; what was parked is taken up again', () =>
  on({}, async (page, mock) => {
    await chooseThree(page)
    await page.getByRole('region', { name: 'Chosen conversations' }).getByRole('button', { name: 'Transfer' }).click()
    const dialog = page.getByRole('dialog')
    await page.getByRole('combobox', { name: 'Queue' }).click()
    await page.getByRole('option', { name: 'Invoices' }).click()
    await dialog.getByRole('button', { name: /^Transfer 3/ }).click()
    await page.getByText('3 conversations transferred').waitFor()
    await page.keyboard.press('z')
    await page.getByText('3 conversations transferred').waitFor({ state: 'detached' })
    assert.deepEqual(bulks(mock), [])
    await chooseThree(page)
    await page.getByRole('region', { name: 'Chosen conversations' }).getByRole('button', { name: 'Park' }).click()
    await dialog.getByRole('button', { name: /^Park/ }).click()
    await page.getByText(/conversations? parked/).waitFor()
    await page.keyboard.press('z')
    await mock.until(() => bulks(mock).length === 2)
    assert.deepEqual(bulks(mock).map((b) => b.act), ['snooze', 'resume'])
    assert.deepEqual(bulks(mock)[1].ids, bulks(mock)[0].ids)
  }))

test('the command bar finds customers, and Enter opens their conversation', () =>
  on({}, async (page) => {
    await page.goto('/me')
    await page.getByRole('heading', { level: 2 }).first().waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.type('Eszter')
    await page.getByRole('option', { name: /Eszter Kovács/ }).first().waitFor()
    await checkAccessible(page, 'the command bar with conversations')
    await shot(page, 'commands-found')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/conversations\/\d+$/)
    await page.getByRole('log').waitFor()
  }))
