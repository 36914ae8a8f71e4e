// The live board and the figures in a real browser, in all languages, themes and sizes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBoard } from './fixtures/board.mjs'
import { startMock } from './fixtures/mock.mjs'
import { checkAccessible, checkFits, chosen, launch, shot, visit } from './harness.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser.close())

const looks = [
  { size: 'desk', theme: 'light', language: 'en' },
  { size: 'desk', theme: 'dark', language: 'pl' },
  { size: 'narrow', theme: 'light', language: 'hu' },
  { size: 'phone', theme: 'light', language: 'pl' },
  { size: 'phone', theme: 'dark', language: 'hu' },
]
const plain = looks[0]
const nameOf = (look) => Object.values(look).join('-')

/** Runs a visit of a supervisor and fails on any fault of the page. */
async function on(look, act, options) {
  const mock = await startMock()
  addBoard(mock.world, options)
  Object.assign(mock.world.user, { language: look.language })
  const page = await visit(browser, { ...look, baseURL: mock.baseURL })
  try {
    await act(page, mock)
    assert.deepEqual(page.faults, [])
  } finally {
    await page.context().close()
    await mock.stop()
  }
}

async function inspect(page, name) {
  await page.evaluate(() => document.fonts.ready)
  await shot(page, name)
  await checkFits(page, name)
  if (!page.alike) await checkAccessible(page, name)
}

const card = (page, queue) => page.locator('main li', { has: page.getByRole('heading', { name: queue, exact: true }) })
const agentsOf = (page, queue) => card(page, queue).locator('button[data-agent]')
const menuOf = (page, queue, id) => card(page, queue).locator(`[data-agent^="${id}@"]`)
const ready = (page) => page.getByRole('heading', { name: 'Technical', exact: true }).waitFor()

for (const look of chosen(looks)) {
  const name = nameOf(look)
  test(`board, ${name}`, () =>
    on(look, async (page) => {
      await page.goto('/board')
      await ready(page)
      await inspect(page, `board-${name}`)
      await page.locator('main table').first().scrollIntoViewIfNeeded()
      await page.locator('main table tbody tr').nth(5).scrollIntoViewIfNeeded()
      await inspect(page, `board-contacts-${name}`)
      await menuOf(page, 'Billing', '203').click()
      await page.getByRole('menuitem').first().waitFor()
      await inspect(page, `board-menu-${name}`)
      await page.getByRole('menuitem').first().click()
      await page.getByRole('dialog').waitFor()
      await inspect(page, `board-move-${name}`)
      await page.keyboard.press('Escape')
      await menuOf(page, 'Technical', '206').click()
      await page.getByRole('menuitem').last().click()
      await page.getByRole('dialog').getByText('Fibre').waitFor()
      await inspect(page, `board-agent-${name}`)
      await page.goto('/board?figure=sl_e&of=%2212%22')
      await page.getByRole('dialog').getByText('Nóra Clarke').waitFor()
      await inspect(page, `board-rows-${name}`)
    }))

  test(`figures, ${name}`, () =>
    on(look, async (page) => {
      await page.goto('/figures')
      await page.getByRole('row').nth(3).waitFor()
      await inspect(page, `figures-queue-${name}`)
      await page.locator('thead button').nth(4).click()
      await page.locator('[data-autofocus]').first().waitFor()
      await inspect(page, `figures-define-${name}`)
      for (const by of ['agent', 'day', 'interval']) {
        await page.goto(`/figures?by=${by}&range=${by === 'day' ? 'month' : 'today'}${by === 'day' ? '&from=2026-03-01&to=2026-03-31' : ''}`)
        await page.getByRole('row').nth(3).waitFor()
        await inspect(page, `figures-${by}-${name}`)
      }
    }))
}

test('an agent is moved by dragging, and back by undo', () =>
  on(plain, async (page, mock) => {
    await page.goto('/board')
    await ready(page)
    await card(page, 'Billing').locator('[title="Drag to another queue"]').first().dragTo(card(page, 'Technical'))
    await page.getByText('Grace Allen moved from Billing to Technical').waitFor()
    await menuOf(page, 'Technical', '204').waitFor()
    assert.deepEqual(mock.world.board.agents.find((a) => a.id === '204').queues, [{ id: '12', enabled: true }])
    await inspect(page, 'board-moved')
    await page.keyboard.press('z')
    await menuOf(page, 'Billing', '204').waitFor()
    await menuOf(page, 'Technical', '204').waitFor({ state: 'detached' })
  }))

test('an agent is moved by keys alone, and the focus stays with them', () =>
  on(plain, async (page) => {
    await page.goto('/board')
    await ready(page)
    await menuOf(page, 'Billing', '203').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Move to…' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: /^Technical/ }).and(page.locator('[role=dialog] button')).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Sam Whitaker moved from Billing to Technical').waitFor()
    assert.equal(await page.evaluate(() => document.activeElement.dataset.agent), '203@12')
  }))

test('a refused move is put back with the reason', () =>
  on(
    plain,
    async (page) => {
      await page.goto('/board')
      await ready(page)
      await menuOf(page, 'Technical', '206').click()
      await page.getByRole('menuitem', { name: 'Remove from this queue' }).click()
      await page.getByRole('alert').getByText('Put back as it was.').waitFor()
      await menuOf(page, 'Technical', '206').waitFor()
    },
    { refuse: true },
  ))

test('frames renew the board where it stands, without anything jumping', () =>
  on(plain, async (page, mock) => {
    await page.goto('/board')
    await ready(page)
    const place = () => page.getByRole('heading', { name: 'Live contacts' }).boundingBox()
    const placeBefore = await place()
    const technical = mock.world.board.queues.find((q) => q.name === 'Technical')
    mock.say('queue', { ...technical, waiting: 1_204, today: { ...technical.today, sl_e: 100 } })
    mock.say('agent', { ...mock.world.board.agents[1], activity: 'available', work: [] })
    await card(page, 'Technical').getByText('1,204').waitFor()
    await card(page, 'Orders').getByText('1 free').waitFor()
    await page.getByText('Rendelések is below target.').waitFor()
    assert.deepEqual(await place(), placeBefore)
  }))

test('numbers without news are greyed with their age', () =>
  on(plain, async (page, mock) => {
    await page.goto('/board')
    await ready(page)
    mock.world.more = () => undefined
    mock.world.deaf = true
    mock.dropSockets()
    await page.getByText(/^0:\d\d old$/).waitFor({ timeout: 25_000 })
    await inspect(page, 'board-stale')
    page.faults.length = 0 // the browser tells of each refused socket
  }))

test('agents are brought to the queue that needs them', () =>
  on(plain, async (page) => {
    await page.goto('/board')
    await ready(page)
    await page.getByRole('button', { name: 'Move agents' }).click()
    await page.getByRole('dialog').getByText('Grace Allen', { exact: true }).waitFor()
    await inspect(page, 'board-bring')
    await page.getByRole('button', { name: /^Move from Billing.*Grace Allen/ }).click()
    await page.getByText('Grace Allen moved from Billing to Technical').waitFor()
    await page.keyboard.press('Escape')
    await menuOf(page, 'Technical', '204').waitFor()
    assert.equal(await agentsOf(page, 'Technical').count(), 5)
  }))

test('a contact is taken over into its conversation, and handed back by undo', () =>
  on(plain, async (page, mock) => {
    await page.goto('/board')
    await ready(page)
    const row = page.locator('main table tbody tr', { has: page.getByRole('button', { name: /^Take over/ }) }).first()
    const told = await row.textContent()
    const { id: agent, work } = mock.world.board.agents.find((a) => told.includes(a.name))
    await row.getByRole('button', { name: /^Take over/ }).click()
    await page.waitForURL('**/conversations/*')
    const taken = work.find((w) => page.url().endsWith(w.conversation_id))
    assert.deepEqual(mock.world.moved, [{ piece: taken.interaction_id, act: 'takeover' }])
    await page.keyboard.press('z')
    await mock.until(() => mock.world.moved.length === 2)
    assert.deepEqual(mock.world.moved[1], { piece: taken.interaction_id, act: 'transfer', agent_id: agent })
  }))

test('among many queues one is found by its name or an agent’s, accents aside', () =>
  on(
    plain,
    async (page) => {
      await page.goto('/board')
      await ready(page)
      const queues = page.getByRole('list', { name: 'Queues' }).getByRole('heading', { level: 2 })
      const find = page.getByRole('searchbox', { name: 'Find a queue or an agent' })
      await find.fill('region 7')
      await card(page, 'Technical').waitFor({ state: 'detached' })
      await card(page, 'Region 7').waitFor()
      await find.fill('balint')
      await card(page, 'Technical').waitFor()
      await card(page, 'Region 7').waitFor({ state: 'detached' })
      assert.deepEqual((await queues.allTextContents()).includes('Orders'), false)
      await inspect(page, 'board-found')
      await find.fill('nowhere to be found')
      await page.getByText('Nothing found').waitFor()
      await find.fill('')
      await card(page, 'Orders').waitFor()
    },
    { more: 8 },
  ))

test('the wall shows it large, and Esc leaves it', () =>
  on(plain, async (page) => {
    await page.goto('/board')
    await ready(page)
    await page.keyboard.press('Shift+F')
    await page.getByRole('dialog').waitFor()
    await inspect(page, 'board-wall')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await ready(page)
  }))

test('a board without queues says why', () =>
  on(
    plain,
    async (page) => {
      await page.goto('/board')
      await page.getByText('There is no queue yet').waitFor()
      await inspect(page, 'board-empty')
    },
    { empty: true },
  ))

test('figures keep their question in the address and lead to the rows', () =>
  on(plain, async (page) => {
    await page.goto('/figures')
    await page.getByText('Day', { exact: true }).click()
    await page.waitForURL(/by=day/)
    await page.getByText('Queue', { exact: true }).first().click()
    await page.waitForURL(/by=queue/)
    await page.getByRole('row', { name: /^Technical/ }).getByRole('button').nth(2).click()
    await page.waitForURL(/figure=abandoned/)
    await page.getByRole('dialog').getByText('Nóra Clarke').waitFor()
    await page.getByRole('button', { name: 'Show more' }).click()
    await page.getByText('18 in all, oldest first').waitFor()
    await page.keyboard.press('Escape')
    await page.goto('/figures?from=2020-01-01&to=2020-01-02')
    await page.getByText('No figures for these days').waitFor()
    await inspect(page, 'figures-empty')
  }))
