// The customer as one story, in a real browser against the real program: a complaint
// begins by mail, goes on in the chat and ends with a note. It is one case and one
// timeline, with the right clocks and figures; and how that looks.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessible, checkFits, launch, shot, visit } from './harness.mjs'
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

/** Opens a desk as one of the demo's people. */
async function desk(person, { language = 'en', theme = 'light', ...look } = {}) {
  const page = await visit(browser, { baseURL: server.baseURL, language, theme, ...look })
  page.setDefaultTimeout(20_000)
  await page.goto('/login')
  await page.getByRole('button', { name: new RegExp(person) }).click()
  await page.waitForURL(/conversations|board|figures|admin/)
  await send(page, 'patch', '/api/v1/me', { language, theme })
  return page
}

async function send(page, method, address, data) {
  const answer = await page.request[method](address, { data, headers: { origin: server.baseURL } })
  assert.ok(answer.ok(), `${address}: ${answer.status()} ${await answer.text()}`)
  return answer.status() === 204 ? undefined : answer.json()
}

const ask = async (page, address) => (await page.request.get(address)).json()
const mostAsked = 100 // times, a fifth of a second apart

/** Asks the server until what it answers is as wanted. */
async function until(page, address, find) {
  for (let times = 1; ; times++) {
    const found = find(await ask(page, address))
    if (found) return found
    assert.ok(times < mostAsked, `${address} never came true`)
    await page.waitForTimeout(200)
  }
}

const talkWith = (page, name, channel) => until(page, '/api/v1/conversations?view=all&limit=50', ({ items }) => items.find((c) => c.customer.name === name && c.channel === channel))

/** Writes a mail to a brand of the demo, whose mailbox needs no servers. */
async function mail(page, form) {
  const answer = await page.request.post('/demo/fala-net/mail', { form, headers: { origin: server.baseURL }, maxRedirects: 0 })
  assert.equal(answer.status(), 303, await answer.text())
}

/** Writes as a new visitor of the brand's page. */
async function chat(name, text) {
  const page = await visit(browser, { baseURL: server.baseURL })
  page.setDefaultTimeout(20_000)
  await page.goto('/demo/fala-net')
  const widget = page.locator('zongler-chat')
  await widget.locator('.launcher').click()
  await widget.locator('.card').first().click()
  await widget.locator('input[name=name]').fill(name)
  await widget.locator('textarea[name=text]').fill(text)
  await widget.locator('input[name=consent]').check()
  await widget.locator('form .main').click()
  await widget.locator('.me .foot').first().waitFor()
}

/** Takes what waits, answers it and ends it. */
async function settle(page, talk, text) {
  const { interactions } = await ask(page, `/api/v1/conversations/${talk.id}`)
  const at = `/api/v1/interactions/${interactions[0].id}`
  await send(page, 'post', `${at}/pull`)
  await send(page, 'post', `/api/v1/conversations/${talk.id}/replies`, { text, client_id: `e2e-${talk.id}`, based_on_seq: 99, force: true })
  await send(page, 'post', `${at}/end`)
  await send(page, 'post', `${at}/finish`, {})
}

async function inspect(page, name) {
  await page.evaluate(() => document.fonts.ready)
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
  await shot(page, `customer-${name}`)
  await checkFits(page, name)
  await checkAccessible(page, name)
}

const story = (page) => page.getByRole('region', { name: 'Timeline' }).first()
const part = (page, name) => page.getByRole('region', { name, exact: true })

test('a complaint by mail goes on in the chat and ends with a note: one case, one timeline, right clocks and figures', async () => {
  const admin = await desk('Administrator|Adam')
  await send(admin, 'post', '/api/v1/sla-policies', { name: 'Complaints', targets: { first_response: 3600, resolution: 86_400 }, hours: 'always', warn_percent: 80, pauses: [], escalations: [] })
  const page = await desk('Marta Zając')
  await mail(page, { from: 'Halina Kot <halina@kot.example>', subject: 'Wrong invoice', text: 'My invoice is wrong, please look at it.' })
  const letter = await talkWith(page, 'Halina Kot', 'email')
  const matter = await send(page, 'post', '/api/v1/cases', { conversation_id: letter.id, subject: 'Wrong invoice' })
  await chat('Halina K.', 'I wrote you a mail, is anybody there?')
  const talk = await talkWith(page, 'Halina K.', 'webchat')
  await send(page, 'post', `/api/v1/cases/${matter.id}/links`, { kind: 'conversation', conversation_id: talk.id })
  await settle(page, letter, 'We are looking at it.')
  await settle(page, talk, 'Yes: it is being corrected.')

  // She is found by a key's way, and is one with who wrote in the chat.
  await page.goto(`/customers/${letter.customer.id}`)
  await story(page).getByText('My invoice is wrong').waitFor()
  await page.locator('body').press('m')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'The other record' }).fill('Halina')
  await dialog.getByRole('radio', { name: /Halina K\./ }).check()
  await dialog.getByRole('region', { name: 'What will be' }).getByText(/1 address/).waitFor()
  await dialog.getByRole('button', { name: 'It is the same customer' }).click()
  await story(page).getByText('is anybody there?').waitFor()
  await part(page, 'Open promises').getByRole('link', { name: /Wrong invoice/ }).first().waitFor()

  // It ends with a note, and the promise is kept.
  await send(page, 'post', `/api/v1/cases/${matter.id}/notes`, { text: 'Called her: corrected and settled.' })
  const { items: statuses } = await ask(page, '/api/v1/case-statuses')
  await send(page, 'patch', `/api/v1/cases/${matter.id}`, { status_id: statuses.find((s) => s.category === 'done').id })
  const { clocks } = await until(page, `/api/v1/cases/${matter.id}`, (c) => c.clocks.every((k) => k.state === 'met') && c.clocks.length >= 2 && c)
  assert.deepEqual([...new Set(clocks.map((c) => c.kind))].toSorted(), ['first_response', 'resolution'])
  await page.reload()
  await story(page).getByText('Called her: corrected').waitFor()
  await part(page, 'Open promises').getByText('Nothing is open.').waitFor()
  const contacts = await ask(page, `/api/v1/customers/${letter.customer.id}/archive`)
  assert.equal(contacts.contacts, 2)
  assert.deepEqual(contacts.channels.map((c) => c.channel).toSorted(), ['email', 'webchat'])
  assert.equal(contacts.first_contact_percent, 0, 'she came back about the same case')
  await part(page, 'Archive').getByText('0 %').waitFor()
  const kinds = await story(page).getByRole('article').evaluateAll((all) => all.map((a) => a.dataset.kind))
  for (const kind of ['message', 'note', 'case', 'join']) assert.ok(kinds.includes(kind), `${kind} is not told: ${kinds}`)

  // Only what one looks for; and back.
  await page.getByRole('combobox', { name: 'What is shown' }).click()
  await page.getByRole('option', { name: 'Notes' }).click()
  await story(page).getByText('is anybody there?').waitFor({ state: 'detached' })
  await story(page).getByText('Called her: corrected').waitFor()
  await page.getByLabel('Jump to a day').fill('2020-01-01')
  await page.getByText('Nothing has happened yet').waitFor()
  await page.locator('h1').click()
  await page.locator('body').press('.')
  await story(page).getByText('My invoice is wrong').waitFor()

  // What she agrees to is a line that stays.
  await page.locator('body').press('n')
  await dialog.getByRole('textbox', { name: 'What was agreed to' }).fill('Offers by mail')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await part(page, 'Consents').getByText('Offers by mail').waitFor()
  await inspect(page, 'light')

  // Whom one took for another is taken back, and nothing is lost.
  await part(page, 'Identity').getByRole('button', { name: 'Take back' }).click()
  await dialog.getByText('1 address with its conversations goes back.').waitFor()
  await dialog.getByRole('button', { name: 'Take back' }).click()
  await story(page).getByText('is anybody there?').waitFor({ state: 'detached' })
  await send(page, 'post', `/api/v1/customers/${talk.customer.id}/joins`, { into_id: letter.customer.id })

  await page.goto('/customers?q="halina"')
  await page.getByRole('link', { name: /Halina Kot/ }).waitFor()
  await inspect(page, 'list')

  const firm = await send(page, 'post', '/api/v1/organisations', { brand_id: letter.brand_id, name: 'Kot i Spółka', domains: ['kot.example'] })
  await page.goto(`/organisations/${firm.id}`)
  await page.getByRole('button', { name: 'Belongs here' }).click()
  await page.getByRole('link', { name: 'Halina Kot' }).first().waitFor()
  await story(page).getByText('My invoice is wrong').waitFor()
  await inspect(page, 'organisation')

  for (const { size, theme, language } of [{ size: 'desk', theme: 'dark', language: 'pl' }, { size: 'phone', theme: 'dark', language: 'hu' }]) {
    const other = await desk('Marta Zając', { size, theme, language })
    await other.goto(`/customers/${letter.customer.id}`)
    await other.getByText('My invoice is wrong').first().waitFor()
    await inspect(other, `${size}-${theme}-${language}`)
    if (size === 'phone') {
      await other.getByText('Adatok', { exact: true }).first().click()
      await other.getByText('Hozzájárulások').first().waitFor()
      await inspect(other, 'phone-about')
    }
    assert.deepEqual(other.faults, [])
    await other.context().close()
  }
  assert.deepEqual(page.faults, [])
})
