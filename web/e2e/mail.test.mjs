// E-mail in a real browser against the real program: what a customer wrote is
// read, answered with formatting, taken back, sent; and a mail is begun.
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

async function desk(at, look = {}) {
  const { language = 'en', theme = 'light', size = 'desk', who = /Ola Nowicka/ } = look
  const page = await visit(browser, { baseURL: server.baseURL, language, theme, size })
  page.setDefaultTimeout(20_000)
  await page.goto('/login')
  await page.getByRole('button', { name: who }).click()
  await page.waitForURL(/conversations|board|admin/)
  await send(page, 'patch', '/api/v1/me', { language, theme })
  await page.goto(at)
  return page
}

async function send(page, method, address, data) {
  const answer = await page.request[method](address, { data, headers: { origin: server.baseURL } })
  assert.ok(answer.ok(), `${address}: ${answer.status()} ${await answer.text()}`)
  return answer.status() === 204 ? undefined : answer.json()
}

const ask = async (page, address) => (await page.request.get(address)).json()

/** A customer of the demo writes; answers the conversation. */
async function written(page, from, subject, text) {
  const body = new URLSearchParams({ from, subject, text })
  const answer = await fetch(`${server.baseURL}/demo/fala-net/mail`, { method: 'POST', body, headers: { origin: server.baseURL, 'content-type': 'application/x-www-form-urlencoded' }, redirect: 'manual' })
  assert.equal(answer.status, 303, await answer.text())
  for (const late = Date.now() + 20_000; Date.now() < late; ) {
    // oxlint-disable-next-line no-await-in-loop
    const { items } = await ask(page, '/api/v1/conversations?view=queues')
    const found = items.find((c) => c.subject === subject)
    if (found) return found
    // oxlint-disable-next-line no-await-in-loop
    await page.waitForTimeout(100)
  }
  throw new Error('the mail has become no conversation')
}

const quoted = 'Dziękuję.\n\n> Dzień dobry, rachunek jest w panelu.\n> Ola'

test('a mail is read, answered with formatting, taken back, and sent', async () => {
  const page = await desk('/conversations')
  const row = await written(page, 'Zofia Wilk <zofia@posta.example>', 'Rachunek za maj', quoted)
  await send(page, 'post', `/api/v1/interactions/${row.interaction_id}/pull`)
  await page.goto(`/conversations/${row.id}`)
  const log = page.getByRole('log')
  await log.getByRole('heading', { name: 'Rachunek za maj' }).waitFor()
  const frame = page.frameLocator('iframe')
  await frame.getByText('Dziękuję.').waitFor()
  assert.equal(await frame.getByText('rachunek jest w panelu').isVisible(), false)
  await log.getByRole('button', { name: 'Show quoted text' }).click()
  await frame.getByText('rachunek jest w panelu').waitFor()

  const text = page.getByRole('textbox', { name: /Reply to/ })
  await text.click()
  await page.getByRole('button', { name: 'Bold' }).click()
  await page.keyboard.type('Dzień dobry')
  await page.getByRole('button', { name: 'Cc, Bcc' }).click()
  const copies = page.getByRole('combobox', { name: 'Cc', exact: true })
  await copies.fill('nobody')
  await copies.press('Enter')
  await page.getByText('“nobody” is no e-mail address.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Send', exact: false }).first().isDisabled(), true)
  await copies.press('Backspace')
  await copies.fill('kot@posta.example')
  await copies.press('Enter')
  await shot(page, 'mail/composer')
  await checkAccessible(page, 'composer')
  await page.locator('input[type=file]').setInputFiles([{ name: 'umowa.txt', mimeType: 'text/plain', buffer: Buffer.from('umowa') }])
  const composer = page.getByRole('group', { name: 'Write' })
  await composer.getByText('umowa.txt').waitFor()
  await text.click()
  await page.keyboard.press('Control+Enter')
  await log.getByText(/Leaves in \d+ second/).waitFor()
  await shot(page, 'mail/undo')
  await log.getByRole('button', { name: 'Undo' }).click()
  await log.getByText('Taken back before it was sent.').waitFor()
  // What was taken back is there to be written on, with its recipients and its file.
  await composer.getByText('umowa.txt').waitFor()
  await text.getByText('Dzień dobry').waitFor()
  await page.getByText('kot@posta.example').first().waitFor()
  await text.click()
  await page.keyboard.press('End')
  await page.keyboard.type(', już wysyłam')
  await page.keyboard.press('Control+Enter')
  await log.getByRole('button', { name: 'Send now' }).click()
  await log.getByText('Sent', { exact: true }).waitFor()
  const post = await (await fetch(`${server.baseURL}/demo/fala-net/mail`)).text()
  assert.match(post, /Re: Rachunek za maj/)
  assert.match(post, /kot@posta\.example/)
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

/** Files as they lie under the pointer or in the clipboard. */
const carried = (page, name) =>
  page.evaluateHandle((file) => {
    const carrier = new DataTransfer()
    carrier.items.add(new File(['umowa'], file, { type: 'text/plain' }))
    return carrier
  }, name)

test('a mail leaves from the mailbox that was chosen, with a blind copy and files that were dropped and pasted', async () => {
  const boss = await desk('/admin/mailboxes', { who: /Grace Allen/ })
  const page = await desk('/conversations')
  const row = await written(page, 'Ewa Maj <ewa@posta.example>', 'Faktura korygująca', 'Proszę o korektę.')
  const { items } = await ask(boss, '/api/v1/mailboxes')
  const usual = items.find((box) => box.brand_id === row.brand_id)
  const other = await send(boss, 'post', '/api/v1/mailboxes', { brand_id: row.brand_id, queue_id: usual.queue_id, name: 'Faktury', address: 'faktury@fala-net.example', settings: { transport: 'sink' } })
  await boss.context().close()
  await send(page, 'post', `/api/v1/interactions/${row.interaction_id}/pull`)
  await page.goto(`/conversations/${row.id}`)
  const text = page.getByRole('textbox', { name: /Reply to/ })
  await text.click()
  await page.keyboard.type('W załączeniu.')
  await page.getByRole('combobox', { name: 'From' }).click()
  await page.getByRole('option', { name: /faktury@fala-net\.example/ }).click()
  await page.getByRole('button', { name: 'Cc, Bcc' }).click()
  const blind = page.getByRole('combobox', { name: 'Bcc', exact: true })
  await blind.fill('ksiegowosc@posta.example')
  await blind.press('Enter')
  const composer = page.getByRole('group', { name: 'Write' })
  const dropped = await carried(page, 'upuszczony.txt')
  await text.dispatchEvent('dragenter', { dataTransfer: dropped })
  await page.getByText('Drop').first().waitFor()
  await text.dispatchEvent('drop', { dataTransfer: dropped })
  await composer.getByText('upuszczony.txt').waitFor()
  const pasted = await carried(page, 'wklejony.txt')
  await text.evaluate((field, carrier) => field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carrier, bubbles: true, cancelable: true })), pasted)
  await composer.getByText('wklejony.txt').waitFor()
  await shot(page, 'mail/from-and-files')
  await checkAccessible(page, 'from and files')
  await text.click()
  await page.keyboard.press('Control+Enter')
  const log = page.getByRole('log')
  await log.getByRole('button', { name: 'Send now' }).click()
  await log.getByText('Sent', { exact: true }).waitFor()
  const sent = (await ask(page, `/api/v1/conversations/${row.id}/entries?limit=100`)).items.find((e) => e.author === 'agent')
  assert.equal(sent.data.from_id, other.id)
  assert.deepEqual(sent.data.bcc, ['ksiegowosc@posta.example'])
  assert.deepEqual(sent.attachments.map((f) => f.name).toSorted(), ['upuszczony.txt', 'wklejony.txt'])
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('a mail is passed on below what is written', async () => {
  const page = await desk('/conversations')
  const row = await written(page, 'Jan Kot <jan.kot@posta.example>', 'Awaria routera', 'Router nie działa od rana.')
  await send(page, 'post', `/api/v1/interactions/${row.interaction_id}/pull`)
  await page.goto(`/conversations/${row.id}`)
  const log = page.getByRole('log')
  await log.getByRole('button', { name: 'Pass on' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.locator('input[name=to]').fill('serwis@hurt.example')
  await sheet.getByRole('button', { name: 'Write', exact: true }).click()
  await page.waitForURL((url) => /conversations\/\d+$/.test(url.pathname) && !url.pathname.endsWith(row.id))
  const passed = page.getByRole('region', { name: 'Forwarded message' })
  await passed.frameLocator('iframe').getByText('Router nie działa od rana.').waitFor()
  await page.getByRole('textbox', { name: /Reply to/ }).click()
  await page.keyboard.type('Proszę o pomoc')
  await shot(page, 'mail/passed-on')
  await checkAccessible(page, 'passed on')
  await page.keyboard.press('Control+Enter')
  await log.getByRole('button', { name: 'Send now' }).click()
  await log.getByText('Sent', { exact: true }).waitFor()
  const post = await (await fetch(`${server.baseURL}/demo/fala-net/mail`)).text()
  assert.match(post, /Proszę o pomoc/)
  assert.match(post, /Przekazana wiadomość/)
  assert.match(post, /Router nie działa od rana/)
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('a mail is begun from the command bar and written in its conversation', async () => {
  const page = await desk('/conversations', { language: 'pl', theme: 'dark' })
  await page.getByRole('navigation').first().waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('nowy e-mail')
  await page.keyboard.press('Enter')
  const sheet = page.getByRole('dialog')
  await sheet.locator('input[name=to]').fill('Jan Nowy <jan@posta.example>')
  await sheet.getByRole('textbox', { name: 'Temat' }).fill('Oferta na światłowód')
  await shot(page, 'mail/new-dark-pl')
  await checkAccessible(page, 'new mail')
  await sheet.getByRole('button', { name: 'Napisz' }).click()
  await page.waitForURL(/conversations\/\d+/)
  await page.getByRole('textbox', { name: /Odpowiedź/ }).waitFor()
  await shot(page, 'mail/begun-dark-pl')
  await checkAccessible(page, 'begun')
  await checkFits(page, 'begun')
  assert.deepEqual(page.faults, [])
  await page.context().close()
})
