// A chat that goes on by e-mail, in a real browser: it is set up for a widget, an
// agent goes on by hand, and the widget asks for an address where nobody is there.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, closeBrowser, openBrowser, phone, startChat, visit as visitSite } from '../widget/e2e/site.mjs'
import { checkAccessible, checkFits, launch, shot, visit } from './harness.mjs'
import { start } from './server.mjs'

let server
let browser

before(async () => {
  ;[server, browser] = await Promise.all([start('demo', '--traffic=false'), launch(), openBrowser()])
})
after(async () => {
  await Promise.all([browser?.close(), closeBrowser()])
  await server?.stop()
})

async function desk(who, at, { language = 'en', theme = 'light', size = 'desk' } = {}) {
  const page = await visit(browser, { baseURL: server.baseURL, language, theme, size })
  page.setDefaultTimeout(20_000)
  await page.goto('/login')
  await page.getByRole('button', { name: who }).click()
  await page.waitForURL(/conversations|board/)
  await send(page, 'patch', '/api/v1/me', { language, theme })
  await page.goto(at)
  return page
}

async function send(page, method, address, data, headers = { origin: server.baseURL }) {
  const answer = await page.request[method](address, { data, headers })
  assert.ok(answer.ok(), `${address}: ${answer.status()} ${await answer.text()}`)
  return answer.status() === 204 ? undefined : answer.json()
}

const ask = async (page, address) => (await page.request.get(address)).json()

test('a widget goes on by e-mail from a mailbox of its brand', async () => {
  const page = await desk(/Grace Allen/, '/admin/widgets')
  const { items } = await ask(page, '/api/v1/entry-points?channel=webchat')
  const mailboxes = (await ask(page, '/api/v1/entry-points?channel=email')).items
  const widget = items.find((w) => mailboxes.some((m) => m.brand_id === w.brand_id))
  await page.goto(`/admin/widgets?open=%22${widget.id}%22`)
  const sheet = page.getByRole('dialog')
  const toggle = sheet.getByRole('switch', { name: 'Go on by e-mail', disabled: false })
  await toggle.press('Space')
  await sheet.locator('[name="config.mail.minutes"]').fill('7')
  await sheet.getByText(/How long the visitor is away/).scrollIntoViewIfNeeded()
  await shot(page, 'goon/settings-light-en')
  await checkAccessible(page, 'settings')
  await sheet.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Chat saved').waitFor()
  const { config } = await ask(page, `/api/v1/entry-points/${widget.id}`)
  assert.equal(config.mail.minutes, 7)
  assert.ok(mailboxes.some((m) => m.id === config.mail.from_id && m.brand_id === widget.brand_id))
  assert.deepEqual(page.faults, [])
  await page.context().close()
  const small = await desk(/Grace Allen/, `/admin/widgets?open=%22${widget.id}%22`, { language: 'hu', theme: 'dark', size: 'phone' })
  const minutes = small.getByRole('dialog').locator('[name="config.mail.minutes"]')
  await minutes.scrollIntoViewIfNeeded()
  await shot(small, 'goon/settings-dark-hu-phone')
  await checkAccessible(small, 'settings on a phone')
  await checkFits(small, 'settings on a phone')
  await small.context().close()
})

test('an agent goes on with a chat by hand, in the same case', async () => {
  const boss = await desk(/Grace Allen/, '/conversations')
  const { items } = await ask(boss, '/api/v1/entry-points?channel=webchat')
  await boss.context().close()
  const page = await desk(/Ola Nowicka/, '/conversations', { theme: 'dark' })
  const brands = (await ask(page, '/api/v1/session')).brands
  const widget = items.find((w) => brands.some((b) => b.id === w.brand_id))
  const { token } = await send(page, 'post', '/w/visitors', { key: widget.address })
  const bearer = { origin: server.baseURL, authorization: `Bearer ${token}` }
  const { prechat } = await ask(page, `/w/config?key=${widget.address}`)
  const opened = await send(page, 'post', '/w/messages', { type: 'prechat', data: { cid: 'goes-on-open', consent: true, consent_version: prechat.consent?.version, fields: { name: 'Zofia Wilk', email: 'zofia@posta.example' } } }, bearer)
  const { conversation } = opened.data.state
  await send(page, 'post', '/w/messages', { type: 'say', data: { cid: 'goes-on-said', conversation, text: 'Czy jesteście jutro otwarci?' } }, bearer)
  const row = await ask(page, `/api/v1/conversations/${conversation}`)
  await send(page, 'post', `/api/v1/interactions/${row.interaction_id}/pull`)
  await page.goto(`/conversations/${conversation}`)
  await page.getByRole('log').getByText('Czy jesteście jutro otwarci?').waitFor()
  await page.getByRole('button', { name: 'More' }).first().click()
  await page.getByRole('menuitem', { name: 'Go on by e-mail' }).click()
  const sheet = page.getByRole('dialog')
  assert.equal(await sheet.locator('input[name=to]').inputValue(), 'Zofia Wilk <zofia@posta.example>')
  await shot(page, 'goon/by-hand-dark')
  await checkAccessible(page, 'going on')
  await sheet.getByRole('button', { name: 'Write' }).click()
  await page.waitForURL((url) => !url.pathname.endsWith(conversation))
  const text = page.getByRole('textbox', { name: /Reply to/ })
  await text.getByText('Czy jesteście jutro otwarci?').waitFor()
  const mail = page.url().split('/').at(-1)
  const [chatCases, mailCases] = await Promise.all([conversation, mail].map((id) => ask(page, `/api/v1/conversations/${id}/cases`)))
  assert.equal(chatCases.items.length, 1)
  assert.deepEqual(mailCases.items.map((c) => c.id), chatCases.items.map((c) => c.id))
  assert.equal((await ask(page, `/api/v1/conversations/${conversation}`)).agent.name, 'Ola Nowicka')
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

/** A customer of the demo writes; answers the conversation. */
async function written(page, from, subject, text) {
  const body = new URLSearchParams({ from, subject, text })
  const answer = await fetch(`${server.baseURL}/demo/fala-net/mail`, { method: 'POST', body, headers: { origin: server.baseURL, 'content-type': 'application/x-www-form-urlencoded' }, redirect: 'manual' })
  assert.equal(answer.status, 303, await answer.text())
  return soon(page, 'the mail is a conversation', async () => (await ask(page, '/api/v1/conversations?view=queues')).items.find((c) => c.subject === subject))
}

/** Asks again and again until there is an answer. */
async function soon(page, what, look) {
  for (const late = Date.now() + 20_000; Date.now() < late; ) {
    // oxlint-disable-next-line no-await-in-loop
    const found = await look()
    if (found) return found
    // oxlint-disable-next-line no-await-in-loop
    await page.waitForTimeout(100)
  }
  throw new Error(`never: ${what}`)
}

test('an agent invites from a mail, the customer follows the link and chats, the agent answers', async () => {
  const page = await desk(/Ola Nowicka/, '/conversations')
  const mail = await written(page, 'Zofia Wilk <zofia.wilk@posta.example>', 'Przeprowadzka', 'Dzień dobry, kiedy przeniesiecie mój internet?')
  await send(page, 'post', `/api/v1/interactions/${mail.interaction_id}/pull`)
  await page.goto(`/conversations/${mail.id}`)
  const text = page.getByRole('textbox', { name: /Reply to/ })
  await text.click()
  await page.keyboard.type('Najszybciej ustalimy to na czacie: ')
  await page.getByRole('button', { name: 'More' }).first().click()
  await page.getByRole('menuitem', { name: 'Go on by chat' }).click()
  await text.getByText(/\/c\/.+#i1\./).waitFor()
  const log = page.getByRole('log')
  await log.getByText(/Ola Nowicka made a link/).waitFor()
  await log.getByRole('button', { name: 'Withdraw the link' }).waitFor()
  await shot(page, 'goon/invite-desk')
  await checkAccessible(page, 'the invitation at the desk')
  await text.focus()
  await page.keyboard.press('Control+Enter')
  await log.getByRole('button', { name: 'Send now' }).click()

  const customer = await visit(browser, { baseURL: server.baseURL, language: 'pl', size: 'phone' })
  customer.setDefaultTimeout(20_000)
  const link = await soon(customer, 'the mail is there', async () => {
    await customer.goto('/demo/fala-net/mail')
    const found = customer.locator('article pre a').first()
    return (await found.count()) > 0 && found
  })
  await link.click()
  await customer.waitForURL(/\/c\//)
  await customer.getByText('Zapraszamy do czatu z').waitFor()
  const widget = customer.locator('zongler-chat')
  await widget.locator('textarea[name=text]').fill('Dzień dobry, to ja od przeprowadzki.')
  assert.equal(await widget.locator('input[name=name]').count(), 0)
  await shot(customer, 'goon/invite-phone')
  await checkAccessible(customer, 'the chat on its page')
  await widget.locator('input[name=consent]').check()
  await widget.locator('form .main').click()

  const goesOn = log.getByText(/Zofia Wilk goes on by chat/)
  await goesOn.waitFor()
  const toChat = log.getByRole('link', { name: 'To the chat' })
  const chat = (await toChat.getAttribute('href')).split('/').at(-1)
  const row = await soon(page, 'the chat waits', async () => {
    const found = await ask(page, `/api/v1/conversations/${chat}`)
    return found.interaction_id && found.state !== 'new' && found
  })
  assert.equal(row.customer.id, (await ask(page, `/api/v1/conversations/${mail.id}`)).customer.id)
  const [earlier, now] = await Promise.all([mail.id, chat].map((id) => ask(page, `/api/v1/conversations/${id}/cases`)))
  assert.deepEqual(now.items.map((c) => c.id), earlier.items.map((c) => c.id))
  await send(page, 'post', `/api/v1/interactions/${row.interaction_id}/pull`)
  await toChat.click()
  await page.waitForURL((url) => url.pathname.endsWith(chat))
  await log.getByText('to ja od przeprowadzki').waitFor()
  await log.getByRole('link', { name: 'To that conversation' }).waitFor()
  await text.fill('Jutro o dziesiątej?')
  await page.keyboard.press('Control+Enter')
  await widget.getByText('Jutro o dziesiątej?').waitFor()
  await shot(customer, 'goon/invite-answered')

  // When the chat is over so is the link: its page says so, and how else the brand is reached.
  await send(page, 'post', `/api/v1/interactions/${row.interaction_id}/end`)
  await send(page, 'post', `/api/v1/interactions/${row.interaction_id}/finish`, {})
  const late = await visit(browser, { baseURL: server.baseURL, language: 'pl', theme: 'dark' })
  await late.goto(customer.url())
  await late.getByRole('heading', { name: 'To zaproszenie zostało już wykorzystane' }).waitFor()
  await late.getByRole('link', { name: /@/ }).first().waitFor()
  await shot(late, 'goon/invite-used-dark')
  await checkAccessible(late, 'the page of a used invitation')
  await checkFits(late, 'the page of a used invitation')
  await late.getByRole('button', { name: 'Rozpocznij nowy czat' }).click()
  await late.locator('zongler-chat').getByRole('dialog').waitFor()
  assert.deepEqual([...page.faults, ...customer.faults, ...late.faults], [])
  await Promise.all([page, customer, late].map((p) => p.context().close()))
})

for (const [language, viewport, scheme] of [['en', undefined, 'light'], ['hu', phone, 'dark']]) {
  test(`the widget asks where answers go when nobody is there: ${language} ${scheme}`, async (t) => {
    const v = await visitSite(t, { scheme, viewport, attributes: `data-lang=${language}`, config: { mail: true } })
    const { server: fake, page, w } = v
    await startChat(v)
    assert.equal(await w.locator('.go-on').count(), 0)
    fake.state({ phase: 'offline', mail: 'asked', position: undefined, wait: undefined })
    const field = w.locator('.go-on input')
    await field.waitFor()
    await field.fill('reka')
    await field.press('Enter')
    await w.locator('.go-on .fault', { hasText: /\S/ }).waitFor()
    await shot(page, `goon/widget-${language}-${scheme}`)
    await accessible(page, 'the question with a fault')
    await field.fill('reka@posta.example')
    await field.press('Enter')
    await w.locator('.go-on').waitFor({ state: 'detached' })
    await w.locator('.chat > .notice').waitFor()
    await accessible(page, 'the answer')
    assert.deepEqual(fake.addresses, ['reka@posta.example'])
  })
}
