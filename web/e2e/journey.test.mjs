// The main job in real browsers against the real program: a visitor writes, the
// right agent is offered it, answers and resolves; the survey and the figures
// follow; a supervisor moves an agent and it works at once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessible, launch, shot, visit } from './harness.mjs'
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

test('a visitor writes, the right agent answers, resolves, and the figures say so', async () => {
  const agent = await desk('Kamil Wróbel')
  await available(agent)
  const { page, widget } = await visitor('fala-net', 'Zofia Wilk', 'Od rana nie działa mi internet.')

  const offer = agent.getByRole('article').filter({ hasText: 'Zofia Wilk' })
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

  await agent.waitForFunction(async () => {
    const answer = await fetch('/api/v1/surveys?limit=100')
    return answer.status === 403 || (answer.ok && (await answer.json()).items.length > 0)
  })
  assert.deepEqual(agent.faults, [])
  assert.deepEqual(page.faults, [])
  await agent.context().close()
  await page.context().close()
})

test('a supervisor moves an agent and the waiting contact is offered at once', async () => {
  const agent = await desk('Eszter Kovács')
  const supervisor = await desk('Marta Zając', '/board')
  const me = await (await agent.request.get('/api/v1/session')).json()
  const board = await (await supervisor.request.get('/api/v1/board')).json()
  const orders = board.queues.find((q) => q.name === 'Rendelések')
  const headers = { origin: server.baseURL }
  const place = `/api/v1/agents/${me.user.id}/queues/${orders.id}`
  assert.ok((await supervisor.request.put(place, { data: { member: false, enabled: false }, headers })).ok())
  await available(agent)
  const { page } = await visitor('vasarfia', 'Kertész Ilona', 'Hol a csomagom?')
  await supervisor.waitForFunction(async (queue) => {
    const now = await (await fetch('/api/v1/board')).json()
    return now.queues.find((q) => q.id === queue).waiting === 1
  }, orders.id)

  assert.ok((await supervisor.request.put(place, { data: { member: true, enabled: true }, headers })).ok())
  await agent.getByRole('article').filter({ hasText: 'Kertész Ilona' }).waitFor()
  await shot(supervisor, 'journey-board')
  await checkAccessible(supervisor, 'the live board')
  assert.deepEqual(supervisor.faults, [])
  for (const p of [agent, supervisor, page]) await p.context().close()
})
