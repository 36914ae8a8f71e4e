// WhatsApp at the desk: a template after a day of silence, quotes both ways with marks of reading and
// typing, and a conversation that a template begins. The desk, the program and a Graph API at its other end, in real looks.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { checkAccessible, checkFits, launch, shot, visit } from './harness.mjs'
import { start } from './server.mjs'

const app = { id: '1517776481860111', secret: '5f0c9a8d7e6b4c3d2e1f0a9b8c7d6e5f' }
const business = '419561257915477'
const number = '106540352242922'
const scopes = ['whatsapp_business_messaging', 'whatsapp_business_management']

const templates = [
  {
    name: 'paczka_w_drodze',
    language: 'pl',
    status: 'APPROVED',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Zamówienie {{1}}', example: { header_text: ['100'] } },
      { type: 'BODY', text: 'Dzień dobry {{1}},\npaczka dotrze {{2}}. Kurier zadzwoni godzinę wcześniej.', example: { body_text: [['Anno', 'jutro']] } },
      { type: 'FOOTER', text: 'Fala, obsługa klienta' },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Śledź przesyłkę', url: 'https://fala.example/{{1}}', example: ['abc'] }, { type: 'QUICK_REPLY', text: 'Dziękuję' }] },
    ],
  },
  { name: 'csomag_uton', language: 'hu', status: 'APPROVED', category: 'UTILITY', components: [{ type: 'BODY', text: 'Kedves {{1}}, a csomagja úton van.', example: { body_text: [['Anna']] } }] },
  { name: 'wiosenna_promocja', language: 'pl', status: 'PAUSED', category: 'MARKETING', components: [{ type: 'BODY', text: 'Wiosenna promocja: 20% taniej do końca miesiąca.' }] },
]

/** What was sent to people, the oldest first, and what was shown to them beside: that they were read, that somebody types. */
const sent = []
const marks = []
let account
let graph
let server
let browser

function answerOf(method, path, body) {
  if (path === 'debug_token') return { data: { app_id: app.id, type: 'SYSTEM_USER', is_valid: true, expires_at: 0, scopes } }
  if (path === `${business}/phone_numbers`) return { data: [{ id: number, display_phone_number: '+48 22 100 20 30', verified_name: 'Fala', quality_rating: 'GREEN' }] }
  if (path === `${business}/subscribed_apps`) return method === 'POST' ? { success: true } : { data: [] }
  if (path === `${business}/message_templates`) return { data: templates }
  if (method !== 'POST') return { data: [] }
  if (body.status) {
    marks.push(`${body.typing_indicator ? 'typing' : body.status} ${body.message_id}`)
    return { success: true }
  }
  sent.push(body)
  return { messaging_product: 'whatsapp', contacts: [], messages: [{ id: `wamid.ours${sent.length}` }] }
}

before(async () => {
  graph = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => (text += part))
    request.on('end', () => {
      const url = new URL(request.url, 'http://graph.example')
      const said = answerOf(request.method, decodeURIComponent(url.pathname.replace(/^\/v[\d.]+\//, '')), text ? JSON.parse(text) : undefined)
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(said))
    })
  })
  await new Promise((resolve) => graph.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, { ZONGLER_META_APP_ID: app.id, ZONGLER_META_APP_SECRET: app.secret, ZONGLER_META_GRAPH_URL: `http://127.0.0.1:${graph.address().port}` })
  server = await start('demo', '--traffic=false')
  browser = await launch()
  const page = await desk()
  const { items: queues } = await json(page.request.get('/api/v1/queues?limit=50'))
  const settings = { waba_id: business, phone_number_id: number, token: 'EAAGsystem' }
  account = await json(page.request.post('/api/v1/channel-accounts', { data: { brand_id: queues[0].brand_id, channel: 'whatsapp', queue_id: queues[0].id, settings }, headers: origin() }))
  await page.context().close()
})
after(async () => {
  await browser?.close()
  await server?.stop()
  graph?.close()
})

const origin = () => ({ origin: server.baseURL })

/** A conversation by the name of its customer, once it is here. */
const rowOf = (page, name) => until(page, `${name} is here`, async () => (await json(page.request.get('/api/v1/conversations?view=all&limit=50'))).items.find((c) => c.customer.name === name))

async function desk(look = {}) {
  const page = await visit(browser, { baseURL: server.baseURL, ...look })
  page.setDefaultTimeout(15_000)
  await page.goto('/login')
  await page.getByRole('button', { name: /Grace Allen/ }).click()
  await page.waitForURL(/conversations|board|figures|admin/)
  await page.request.patch('/api/v1/me', { data: { language: look.language ?? 'en', theme: look.theme ?? 'light' }, headers: origin() })
  return page
}

async function json(promise) {
  const answer = await promise
  assert.ok(answer.ok(), `${answer.url()}: ${answer.status()} ${await answer.text()}`)
  return answer.json()
}

/** Posts what somebody wrote, some seconds ago. */
async function tell({ id = 'wamid.theirs', user = 'PL.1491', name = 'Zofia Wilk', text = 'Dzień dobry, kiedy dotrze moja paczka?', ago = 25 * 3600, answers } = {}) {
  const message = { from_user_id: user, id, timestamp: String(Math.floor(Date.now() / 1000) - ago), type: 'text', text: { body: text }, ...(answers && { context: { id: answers } }) }
  const value = { messaging_product: 'whatsapp', metadata: { display_phone_number: '48221002030', phone_number_id: number }, contacts: [{ profile: { name }, user_id: user }], messages: [message] }
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: business, changes: [{ field: 'messages', value }] }] })
  const sign = createHmac('sha256', app.secret).update(body).digest('hex')
  const answer = await fetch(`${server.baseURL}/hooks/meta`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${sign}` } })
  assert.equal(answer.status, 200, await answer.text())
}

async function until(page, what, ask) {
  for (let times = 0; times < 150; times++) {
    // oxlint-disable-next-line no-await-in-loop
    const found = await ask()
    if (found) return found
    // oxlint-disable-next-line no-await-in-loop
    await page.waitForTimeout(100)
  }
  throw new Error(`it did not happen that ${what}: ${JSON.stringify(sent)}`)
}

test('after a day of silence a template is chosen, filled in and sent', async () => {
  const page = await desk()
  await tell()
  const row = await rowOf(page, 'Zofia Wilk')
  await page.goto(`/conversations/${row.id}`)
  const log = page.getByRole('log')
  await log.getByText('kiedy dotrze moja paczka').waitFor()
  await shot(page, 'whatsapp-closed')
  await checkAccessible(page, 'a closed window')

  // By keyboard: open, find, choose, fill in, send.
  await page.getByRole('status').getByRole('button', { name: 'Send a template' }).press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByText('The provider has stopped this template').waitFor()
  await shot(page, 'whatsapp-choose')
  await checkAccessible(page, 'the templates')
  await page.keyboard.type('paczka')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await dialog.getByLabel('Heading, value 1').fill('77')
  await dialog.getByLabel('Text, value 1').fill('Zofio')
  await shot(page, 'whatsapp-fill')
  await checkAccessible(page, 'a template that is filled in')
  assert.ok(await dialog.getByRole('button', { name: 'Send', exact: true }).isDisabled())
  await dialog.getByLabel('Text, value 2').fill('w piątek')
  await dialog.getByLabel('Button, value 1').fill('x77')
  await page.keyboard.press('Control+Enter')
  await log.getByText('Dzień dobry Zofio').waitFor()
  const { recipient, template } = await until(page, 'WhatsApp has it', () => sent[0])
  assert.equal(recipient, 'PL.1491')
  assert.deepEqual(template.components.map((c) => c.parameters.map((p) => p.text)), [['77'], ['Zofio', 'w piątek'], ['x77']])
  await log.getByText('Template: paczka w drodze').waitFor()
  await shot(page, 'whatsapp-sent')
  await checkAccessible(page, 'a template that was sent')
  assert.deepEqual(page.faults, [])
  await page.context().close()

  for (const look of [{ theme: 'dark', size: 'phone', language: 'pl' }, { theme: 'dark', size: 'narrow', language: 'hu' }]) {
    // oxlint-disable no-await-in-loop
    const seen = await desk(look)
    const name = `${look.theme}-${look.size}-${look.language}`
    await seen.goto(`/conversations/${row.id}`)
    await seen.getByRole('log').getByText('kiedy dotrze moja paczka').waitFor()
    await seen.getByRole('status').getByRole('button', { name: /szablon|Sablon/ }).click()
    await seen.getByRole('dialog').getByText('paczka w drodze').first().waitFor()
    await checkFits(seen, `the templates ${name}`)
    await checkAccessible(seen, `the templates ${name}`)
    await shot(seen, `whatsapp-choose-${name}`)
    await seen.getByRole('dialog').getByText('paczka w drodze').first().click()
    await seen.getByRole('dialog').getByText('Kurier zadzwoni').waitFor()
    await checkFits(seen, `a template ${name}`)
    await checkAccessible(seen, `a template ${name}`)
    await shot(seen, `whatsapp-fill-${name}`)
    await seen.goto(`/admin/accounts?open=%22${account.id}%22&tab=health`)
    const health = seen.getByRole('tabpanel')
    await health.getByRole('button').first().click()
    await health.getByText('Fala +48 22 100 20 30').waitFor()
    await shot(seen, `whatsapp-account-${name}`)
    await checkFits(seen, `the account ${name}`)
    await checkAccessible(seen, `the account ${name}`)
    assert.deepEqual(seen.faults, [])
    await seen.context().close()
    // oxlint-enable no-await-in-loop
  }
})

const looks = [{}, { theme: 'dark', size: 'phone', language: 'pl' }, { theme: 'light', size: 'phone', language: 'hu' }, { theme: 'dark', size: 'narrow', language: 'hu' }]
const nameOf = ({ theme = 'light', size = 'desk', language = 'en' }) => `${theme}-${size}-${language}`

test('each side quotes the other, and the customer sees that they are read and answered', async () => {
  const page = await desk()
  await tell({ id: 'wamid.q1', user: 'PL.77', name: 'Halina Sowa', text: 'Gdzie jest moja paczka? Numer zamówienia 77, zapłacone w poniedziałek.', ago: 120 })
  await tell({ id: 'wamid.q2', user: 'PL.77', name: 'Halina Sowa', text: 'I poproszę fakturę.', ago: 60 })
  const row = await rowOf(page, 'Halina Sowa')
  await json(page.request.post(`/api/v1/interactions/${row.interaction_id}/pull`, { headers: origin() })).catch(() => undefined)
  await page.goto(`/conversations/${row.id}`)
  const log = page.getByRole('log')
  await log.getByText('I poproszę fakturę').waitFor()
  await until(page, 'she is told that she was read', () => marks.includes('read wamid.q2'))

  // The newest by the key; another by its button, in its place.
  await page.locator('body').press('Shift+R')
  const group = page.getByRole('group', { name: 'Write' }).or(page.locator('[data-mode="reply"]')).first()
  await group.getByText('I poproszę fakturę').waitFor()
  await log.locator('[data-entry]', { hasText: 'Gdzie jest moja paczka' }).hover()
  await log.locator('[data-entry]', { hasText: 'Gdzie jest moja paczka' }).getByRole('button', { name: 'Reply to this' }).click()
  await group.getByText('Gdzie jest moja paczka').waitFor()
  await shot(page, 'whatsapp-quoting')
  await checkAccessible(page, 'a quote above the composer')
  await page.keyboard.type('Jest w drodze, będzie jutro.')
  await until(page, 'she sees that somebody writes', () => marks.includes('typing wamid.q2'))
  await page.keyboard.press('Control+Enter')
  const quoted = await until(page, 'WhatsApp has the answer', () => sent.find((m) => m.text?.body === 'Jest w drodze, będzie jutro.'))
  assert.deepEqual(quoted.context, { message_id: 'wamid.q1' })
  assert.equal(await group.getByText('Gdzie jest moja paczka').count(), 0)

  // She quotes ours; both quotes lead to what they quote.
  const ours = await until(page, 'the answer has a name', async () => (await json(page.request.get(`/api/v1/conversations/${row.id}/entries`))).items.find((e) => e.text.startsWith('Jest w drodze') && e.delivery?.state === 'sent'))
  await tell({ id: 'wamid.q3', user: 'PL.77', name: 'Halina Sowa', text: 'Super, dziękuję!', ago: 0, answers: `wamid.ours${sent.indexOf(quoted) + 1}` })
  const thanks = log.locator('[data-entry]', { hasText: 'Super, dziękuję' })
  await thanks.getByRole('button', { name: 'Jest w drodze' }).click()
  await page.locator(`[data-entry="${ours.id}"][data-led]`).waitFor()
  await shot(page, 'whatsapp-quoted')
  await checkAccessible(page, 'quotes both ways')
  assert.deepEqual(page.faults, [])
  await page.context().close()

  for (const look of looks.slice(1)) {
    // oxlint-disable no-await-in-loop
    const seen = await desk(look)
    await seen.goto(`/conversations/${row.id}`)
    await seen.getByRole('log').getByText('Super, dziękuję').waitFor()
    await seen.getByRole('log').locator('[data-entry]', { hasText: 'Super, dziękuję' }).getByRole('button', { name: /Odpowiedz na to|Válasz erre/ }).click()
    await seen.locator('[data-mode="reply"]').getByText('Super, dziękuję').waitFor()
    await checkFits(seen, `quotes ${nameOf(look)}`)
    await checkAccessible(seen, `quotes ${nameOf(look)}`)
    await shot(seen, `whatsapp-quoting-${nameOf(look)}`)
    assert.deepEqual(seen.faults, [])
    await seen.context().close()
    // oxlint-enable no-await-in-loop
  }
})

test('a template begins a conversation, once a consent is noted', async () => {
  const page = await desk()
  await tell({ id: 'wamid.b1', user: 'PL.88', name: 'Teresa Lis', text: 'Dzień dobry' })
  const teresa = await rowOf(page, 'Teresa Lis')
  await json(page.request.patch(`/api/v1/customers/${teresa.customer.id}`, { data: { phone: '+48 600 100 200' }, headers: origin() }))
  await page.goto(`/customers/${teresa.customer.id}`)
  await page.getByRole('button', { name: 'Write to +48 600 100 200 at WhatsApp' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('csomag uton').waitFor()
  await shot(page, 'opening-choose')
  await checkAccessible(page, 'where to and which template')
  await dialog.getByText('csomag uton').click()
  await dialog.getByLabel('Text, value 1').fill('Teresa')
  await page.keyboard.press('Control+Enter')
  await dialog.getByRole('alert').filter({ hasText: /consent|agreed/ }).waitFor()
  await shot(page, 'opening-consent')
  await checkAccessible(page, 'a consent that lacks')
  await dialog.getByLabel('What was agreed to').fill('Messages about orders at WhatsApp')
  await dialog.getByRole('button', { name: 'Note the consent and send' }).click()
  await page.waitForURL(/conversations/)
  await page.getByRole('log').getByText('Kedves Teresa').waitFor()
  const begun = await until(page, 'WhatsApp has it', () => sent.find((m) => m.to === '48600100200'))
  assert.equal(begun.template.name, 'csomag_uton')
  await shot(page, 'opening-sent')
  await checkAccessible(page, 'a conversation that was begun')

  // Where they already write with us one goes on there.
  await page.goto(`/customers/${teresa.customer.id}`)
  await page.getByRole('button', { name: 'Write to +48 600 100 200 at WhatsApp' }).first().click()
  await dialog.getByText('csomag uton').click()
  await dialog.getByLabel('Text, value 1').fill('Teresa')
  await page.keyboard.press('Control+Enter')
  await dialog.getByRole('alert').filter({ hasText: 'open conversation' }).waitFor()
  await dialog.getByRole('link', { name: 'Go to the conversation' }).click()
  await page.getByRole('log').getByText('Dzień dobry').waitFor()
  assert.deepEqual(page.faults, [])
  await page.context().close()

  for (const look of looks.slice(1)) {
    // oxlint-disable no-await-in-loop
    const seen = await desk(look)
    await seen.goto(`/customers/${teresa.customer.id}`)
    if (look.size === 'phone') await seen.getByRole('radiogroup').getByText(/O kliencie|Adatok/).click() // behind the timeline there
    await seen.getByRole('button', { name: /Napisz do .* WhatsApp|Írás ide: .*WhatsApp/ }).first().click()
    await seen.getByRole('dialog').getByText('csomag uton').waitFor()
    await checkFits(seen, `writing first ${nameOf(look)}`)
    await checkAccessible(seen, `writing first ${nameOf(look)}`)
    await shot(seen, `opening-choose-${nameOf(look)}`)
    assert.deepEqual(seen.faults, [])
    await seen.context().close()
    // oxlint-enable no-await-in-loop
  }
})
