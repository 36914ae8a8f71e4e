// The main job in real browsers against the real program: a visitor writes, the
// right agent is offered it, answers and resolves; the survey and the figures
// follow; a supervisor moves an agent and it works at once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessible, eventually, launch, shot, visit } from './harness.mjs'
import { start } from './server.mjs'

let server
let browser

before(async () => {
  server = await start('demo', '--traffic=false')
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
})

/** Opens a desk as one of the demo's people, in English. */
async function desk(person, at = '/conversations') {
  const page = await visit(browser, { baseURL: server.baseURL })
  page.setDefaultTimeout(20_000)
  await page.goto('/login')
  await page.getByRole('button', { name: new RegExp(person) }).click()
  await page.waitForURL(/conversations|board|figures|admin/)
  const answer = await page.request.patch('/api/v1/me', { data: { language: 'en' }, headers: { origin: server.baseURL } })
  assert.equal(answer.status(), 200)
  await page.goto(at)
  return page
}

/** Writes as a new visitor of a brand's page and returns the page with its widget. */
async function visitor(slug, name, text) {
  const page = await visit(browser, { baseURL: server.baseURL })
  page.setDefaultTimeout(20_000)
  await page.goto(`/demo/${slug}`)
  const widget = page.locator('zongler-chat')
  await widget.locator('.launcher').click()
  await widget.locator('.card').first().click()
  await widget.locator('input[name=name]').fill(name)
  await widget.locator('textarea[name=text]').fill(text)
  await widget.locator('input[name=consent]').check()
  await widget.locator('form .main').click()
  await widget.locator('.me .foot').first().waitFor()
  return { page, widget }
}

async function available(page) {
  const answer = await page.request.put('/api/v1/me/presence', { data: { state: 'available' }, headers: { origin: server.baseURL } })
  assert.equal(answer.status(), 200)
}

const log = (page) => page.getByRole('log')

/** Waits until somebody is offered the work of a visitor; if that fails, it says what the server knows of it. */
async function offered(agent, name, board = agent) {
  const offer = agent.getByRole('article').filter({ hasText: name })
  try {
    await offer.waitFor()
  } catch (error) {
    const ask = async (page, path) => `${path}: ${(await (await page.request.get(path)).text()).slice(0, 4000)}`
    const told = [await ask(agent, '/api/v1/me/presence'), await ask(agent, '/api/v1/me/offers'), await ask(board, '/api/v1/board'), server.log().slice(-2000)]
    throw new Error(`${name} is not offered: ${error.message}\n${told.join('\n')}`, { cause: error })
  }
  return offer
}

/** The figures of today, in UTC: of the queues, or of one agent. */
async function figures(page, by, more = {}) {
  const today = new Date().toISOString().slice(0, 10)
  const answer = await page.request.get(`/api/v1/figures?${new URLSearchParams({ by, from: today, to: today, tz: 'UTC', ...more })}`)
  assert.equal(answer.status(), 200)
  return (await answer.json()).total
}

const mostAsked = 100 // times, a fifth of a second apart

/** Asks until what is asked for has come true: figures follow their facts a moment later. */
async function until(page, ask, isTrue) {
  for (let times = 1; ; times++) {
    const got = await ask()
    if (isTrue(got)) return got
    assert.ok(times < mostAsked, `still ${JSON.stringify(got)}`)
    await page.waitForTimeout(200)
  }
}

test('a visitor writes, the right agent answers, resolves, and the figures say so', async () => {
  const agent = await desk('Kamil Wróbel')
  const manager = await desk('Sam Whitaker', '/figures')
  const kamil = { agent: (await (await agent.request.get('/api/v1/session')).json()).user.id }
  const earlier = { queues: await figures(manager, 'queue'), kamil: await figures(manager, 'agent', kamil) }
  await available(agent)
  const { page, widget } = await visitor('fala-net', 'Zofia Wilk', 'Od rana nie działa mi internet.')

  const offer = await offered(agent, 'Zofia Wilk')
  await offer.getByText('Od rana nie działa mi internet.').waitFor()
  await shot(agent, 'journey-offer')
  await offer.getByRole('button', { name: /Accept/ }).click()

  await log(agent).getByText('Od rana nie działa mi internet.').waitFor()
  const composer = agent.getByRole('textbox', { name: /Reply to Zofia Wilk/ })
  await composer.fill('Dzień dobry, już sprawdzam linię.')
  await composer.press('Control+Enter')
  await widget.locator('.them .bubble', { hasText: 'już sprawdzam linię' }).waitFor()
  await widget.locator('.box textarea').fill('Dziękuję, czekam.')
  await widget.locator('.send').click()
  await log(agent).getByText('Dziękuję, czekam.').waitFor()
  await shot(agent, 'journey-talk')
  await shot(page, 'journey-widget')
  await checkAccessible(agent, 'a conversation')

  await agent.getByRole('button', { name: /Resolve/ }).click()
  await widget.locator('form.survey').waitFor() // asked at once, while the agent finishes the work
  await widget.locator('form.survey input[type=radio]').last().check({ force: true })
  await widget.locator('form.survey button').last().click()
  await widget.getByText('Dziękujemy za opinię').waitFor()
  await shot(page, 'journey-survey')
  await agent.getByRole('button', { name: /Finish/ }).click()

  const answered = (total) => total.visits?.answered ?? 0
  await until(manager, () => figures(manager, 'queue'), (now) => answered(now) === answered(earlier.queues) + 1)
  const was = { answers: 0, handled: 0, replies: 0, ...earlier.kamil.work }
  const oneMore = ({ work = {} }) => ['answers', 'handled', 'replies'].every((figure) => work[figure] === was[figure] + 1)
  await until(manager, () => figures(manager, 'agent', kamil), oneMore)
  const given = await (await manager.request.get('/api/v1/surveys?limit=1')).json()
  assert.deepEqual(given.items.map((s) => s.stars), [5])
  await manager.goto('/figures?by=agent&range=today')
  await manager.getByRole('row', { name: /Kamil Wróbel/ }).waitFor()
  await shot(manager, 'journey-figures')
  await checkAccessible(manager, 'the figures')
  assert.deepEqual(manager.faults, [])
  await manager.context().close()
  assert.deepEqual(agent.faults, [])
  assert.deepEqual(page.faults, [])
  await agent.context().close()
  await page.context().close()
})

test('a supervisor moves an agent and the waiting contact is offered at once', async (t) => {
  const agent = await desk('Eszter Kovács')
  const supervisor = await desk('Marta Zając', '/board')
  const me = await (await agent.request.get('/api/v1/session')).json()
  const board = await (await supervisor.request.get('/api/v1/board')).json()
  const orders = board.queues.find((q) => q.name === 'Rendelések')
  const elsewhere = board.queues.find((q) => q.id !== orders.id && board.agents.find((a) => a.id === me.user.id).queues.some((o) => o.id === q.id))
  await available(agent)
  const card = (name) => supervisor.locator('main li', { has: supervisor.getByRole('heading', { name, exact: true }) })
  const menu = (name) => card(name).locator(`[data-agent^="${me.user.id}@"]`)
  await menu('Rendelések').click()
  await supervisor.getByRole('menuitem', { name: 'Remove from this queue' }).click()
  await menu('Rendelések').waitFor({ state: 'detached' })
  const { page } = await visitor('vasarfia', 'Kertész Ilona', 'Hol a csomagom?')
  await eventually(supervisor, async (queue) => {
    const now = await (await fetch('/api/v1/board')).json()
    return now.queues.find((q) => q.id === queue).waiting === 1
  }, orders.id)

  await menu(elsewhere.name).click()
  await supervisor.getByRole('menuitem', { name: 'Add to…' }).click()
  const since = Date.now()
  await supervisor.getByRole('dialog').getByRole('button', { name: /^Rendelések/ }).click()
  await offered(agent, 'Kertész Ilona', supervisor)
  t.diagnostic(`offered ${Date.now() - since} ms after the supervisor's click`)
  await menu('Rendelések').waitFor()
  await shot(supervisor, 'journey-board')
  await checkAccessible(supervisor, 'the live board')
  assert.deepEqual(supervisor.faults, [])
  for (const p of [agent, supervisor, page]) await p.context().close()
})
