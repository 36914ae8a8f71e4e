// What was sent is changed and taken back, and a message reacted to, on a real
// channel with a real system at its other end: by keyboard, seen in each look.
import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { checkAccessible, checkFits, eventually, launch, shot, visit } from './harness.mjs'
import { start } from './server.mjs'

const asked = [] // of their system
let theirs
let server
let browser

before(async () => {
  theirs = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += part))
    request.on('end', () => {
      const command = JSON.parse(body)
      asked.push(command)
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ message: `theirs-${asked.length}` }))
    })
  })
  await new Promise((resolve) => theirs.listen(0, '127.0.0.1', resolve))
  process.env.ZONGLER_INSIDE_ALLOW = '127.0.0.1'
  server = await start('demo', '--traffic=false')
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
  theirs?.close()
})

const origin = () => ({ origin: server.baseURL })

/** Opens the desk of a demo's person, in English. */
async function desk(look = {}) {
  const page = await visit(browser, { baseURL: server.baseURL, ...look })
  page.setDefaultTimeout(15_000)
  await page.goto('/login')
  await page.getByRole('button', { name: /Grace Allen/ }).click()
  await page.waitForURL(/conversations|board|figures|admin/)
  await page.request.patch('/api/v1/me', { data: { language: 'en', theme: look.theme ?? 'light' }, headers: origin() })
  return page
}

async function json(promise) {
  const answer = await promise
  assert.ok(answer.ok(), `${answer.url()}: ${answer.status()} ${await answer.text()}`)
  return answer.json()
}

/** Tells an event as their system does. */
async function tell({ events_url, events_key }, event) {
  const body = JSON.stringify(event)
  const id = `msg_${randomUUID()}`
  const now = Math.floor(Date.now() / 1000)
  const sign = createHmac('sha256', Buffer.from(events_key.replace('whsec_', ''), 'base64')).update(`${id}.${now}.${body}`).digest('base64')
  const answer = await fetch(new URL(events_url, server.baseURL), { method: 'POST', body, headers: { 'webhook-id': id, 'webhook-timestamp': String(now), 'webhook-signature': `v1,${sign}` } })
  assert.equal(answer.status, 202, await answer.text())
}

/** The conversation that has such words, once there is one. */
async function found(page, subject) {
  for (let times = 0; times < 100; times++) {
    // oxlint-disable-next-line no-await-in-loop
    const { items } = await json(page.request.get('/api/v1/conversations?view=all&limit=50'))
    const row = items.find((c) => c.customer.name === subject)
    if (row) return row
    // oxlint-disable-next-line no-await-in-loop
    await page.waitForTimeout(100)
  }
  throw new Error(`no conversation of ${subject}`)
}

const reply = (page, id, text) => json(page.request.post(`/api/v1/conversations/${id}/replies`, { data: { text, client_id: randomUUID(), based_on_seq: 0, force: true }, headers: origin() }))
const heard = async (page, type) => {
  for (let times = 0; times < 150; times++) {
    const command = asked.findLast((c) => c.type === type)
    if (command) return command
    // oxlint-disable-next-line no-await-in-loop
    await page.waitForTimeout(100)
  }
  throw new Error(`their system was never asked to ${type}: ${JSON.stringify(asked)}`)
}

test('an answer is changed and taken back, and a message reacted to, by keyboard', async () => {
  const page = await desk()
  const { items: queues } = await json(page.request.get('/api/v1/queues?limit=50'))
  const channel = await json(
    page.request.post('/api/v1/own-channels', {
      data: {
        brand_id: queues[0].brand_id, queue_id: queues[0].id, name: 'Shop app',
        settings: { url: `http://127.0.0.1:${theirs.address().port}/`, can: { text_limit: 500, reactions: true, own_edits: true, own_deletions: true, own_reactions: true, reaction_set: ['👍', '🎉'] } },
      },
      headers: origin(),
    }),
  )
  await tell(channel, { id: 'e-1', type: 'message', thread: 't-1', message: 'm-1', from: { id: 'c-1', name: 'Zofia Łuczak' }, text: 'Kiedy przyjdzie paczka?' })
  const { id } = await found(page, 'Zofia Łuczak')
  const answer = await reply(page, id, 'W piątek rano.')
  await heard(page, 'message.send')
  await tell(channel, { id: 'e-2', type: 'reaction', message: 'theirs-1', reaction: '❤️', from: { id: 'c-1', name: 'Zofia Łuczak' } })
  await page.goto(`/conversations/${id}`)
  const log = page.getByRole('log')
  await log.getByText('❤️').waitFor()

  const menu = log.getByRole('button', { name: 'What to do with this message' })
  await menu.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Edit' }).waitFor()
  await checkAccessible(page, 'the menu of a message')
  await page.getByRole('menuitem', { name: 'Edit' }).press('Enter')
  await page.getByRole('textbox', { name: 'New text of the message' }).waitFor()
  await page.keyboard.press('Control+A')
  await page.keyboard.type('W sobotę rano.')
  await shot(page, 'acts-edit')
  await checkAccessible(page, 'a message that is changed')
  await page.keyboard.press('Control+Enter')
  await log.getByText('W sobotę rano.').waitFor()
  const edit = await heard(page, 'message.edit')
  assert.deepEqual([edit.message, edit.text, edit.thread], ['theirs-1', 'W sobotę rano.', 't-1'])

  await log.getByRole('button', { name: 'React' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitemcheckbox', { name: '👍' }).waitFor()
  await shot(page, 'acts-react')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await log.getByText(/👍|🎉/).waitFor()
  const reaction = await heard(page, 'message.react')
  assert.deepEqual([reaction.message, reaction.on], ['m-1', true])

  await log.getByRole('button', { name: 'edited' }).click()
  await log.getByText('W piątek rano.').waitFor()
  await eventually(page, async (path) => (await (await fetch(path)).json()).items.every((e) => e.delivery?.state !== 'queued'), `/api/v1/conversations/${id}/entries`)
  for (const look of [{ theme: 'light' }, { theme: 'dark', size: 'phone' }]) {
    // oxlint-disable no-await-in-loop
    const seen = look.size ? await desk(look) : page
    if (look.size) await seen.goto(`/conversations/${id}`)
    await seen.getByRole('log').getByText('W sobotę rano.').waitFor()
    await shot(seen, `acts-${look.theme}`)
    await checkAccessible(seen, `changed messages, ${look.theme}`)
    await checkFits(seen, `changed messages, ${look.theme}`)
    if (seen !== page) await seen.context().close()
    // oxlint-enable no-await-in-loop
  }

  const remove = async () => {
    await menu.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Delete for the customer' }).press('Enter')
    await log.getByText('Deleted for the customer').waitFor()
  }
  await remove()
  await page.keyboard.press('z')
  await log.getByText('W sobotę rano.').waitFor()
  assert.equal(asked.some((c) => c.type === 'message.delete'), false)
  await remove()
  assert.equal((await heard(page, 'message.delete')).message, 'theirs-1')
  await log.getByRole('button', { name: 'Show the text' }).click()
  await log.getByText('W sobotę rano.').waitFor()
  await shot(page, 'acts-deleted')
  await checkAccessible(page, 'a message that was taken back')
  assert.ok(answer.id)
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('a visitor of the chat sees what was changed and taken back', async () => {
  const page = await desk()
  const guest = await visit(browser, { baseURL: server.baseURL })
  guest.setDefaultTimeout(15_000)
  await guest.goto('/demo/fala-net')
  const widget = guest.locator('zongler-chat')
  await widget.locator('.launcher').click()
  await widget.locator('.card').first().click()
  await widget.locator('input[name=name]').fill('Jan Kos')
  await widget.locator('textarea[name=text]').fill('Dzień dobry')
  await widget.locator('input[name=consent]').check()
  await widget.locator('form .main').click()
  await widget.locator('.me .foot').first().waitFor()
  const { id } = await found(page, 'Jan Kos')
  const first = await reply(page, id, 'W piątek')
  const second = await reply(page, id, 'To nie do Pana')
  await widget.locator('.them .bubble', { hasText: 'To nie do Pana' }).waitFor()
  const at = `/api/v1/conversations/${id}/entries`
  await json(page.request.post(`${at}/${first.id}/edit`, { data: { text: 'W sobotę' }, headers: origin() }))
  await json(page.request.post(`${at}/${second.id}/delete`, { headers: origin() }))
  await widget.locator('.them .bubble', { hasText: 'W sobotę' }).waitFor()
  await widget.getByText('To nie do Pana').waitFor({ state: 'detached' })
  await shot(guest, 'acts-widget')
  assert.deepEqual(guest.faults, [])
  await guest.context().close()
  await page.context().close()
})
