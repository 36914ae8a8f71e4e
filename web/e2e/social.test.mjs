// A comment under a post is answered for everybody to read, goes on in private and a
// rude one is hidden: the desk, the program and a Graph API at its other end, in real looks.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { checkAccessible, checkFits, launch, shot, visit } from './harness.mjs'
import { start } from './server.mjs'

const app = { id: '1517776481860111', secret: '5f0c9a8d7e6b4c3d2e1f0a9b8c7d6e5f' }
const pageID = '6824983'
const post = `${pageID}_100`
const scopes = ['pages_messaging', 'pages_manage_metadata', 'pages_read_engagement', 'pages_read_user_content', 'pages_manage_engagement']

/** What the page has asked Graph for that changes something, the oldest first. */
const asked = []
let subscribed = []
let graph
let server
let browser

/** What Graph answers; undefined: nothing is there. */
function answerOf(method, path, query, body) {
  if (path === 'debug_token') return { data: { app_id: app.id, type: 'PAGE', is_valid: true, expires_at: 0, scopes, profile_id: pageID } }
  if (path === 'me' || path === pageID) return { id: pageID, name: 'Fala' }
  if (path.endsWith('/subscribed_apps')) {
    if (method === 'POST') subscribed = query.get('subscribed_fields').split(',')
    return method === 'POST' ? { success: true } : { data: [{ id: app.id, subscribed_fields: subscribed }] }
  }
  if (method === 'GET') return path === post ? { id: post, message: 'Nowa oferta od poniedziałku', from: { id: pageID, name: 'Fala' }, created_time: '2026-05-14T10:00:00+0000', permalink_url: `https://www.facebook.com/${post}` } : { data: [] }
  asked.push({ method, path, body, query })
  if (path.endsWith('/comments')) return { id: `100_9${asked.length}` }
  if (path.endsWith('/messages')) return { recipient_id: '71', message_id: `m_${asked.length}` }
  return { success: true }
}

before(async () => {
  graph = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => (text += part))
    request.on('end', () => {
      const url = new URL(request.url, 'http://graph.example')
      const said = answerOf(request.method, decodeURIComponent(url.pathname.replace(/^\/v[\d.]+\//, '')), url.searchParams, text ? JSON.parse(text) : undefined)
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(said))
    })
  })
  await new Promise((resolve) => graph.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, { ZONGLER_META_APP_ID: app.id, ZONGLER_META_APP_SECRET: app.secret, ZONGLER_META_GRAPH_URL: `http://127.0.0.1:${graph.address().port}` })
  server = await start('demo', '--traffic=false')
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.stop()
  graph?.close()
})

const origin = () => ({ origin: server.baseURL })

/** Opens the desk of a demo's person, in English. */
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

const tell = (...changes) => tellOf('feed', ...changes)

/** Posts what happens on the page as Meta does: one address, signed over the bytes. */
async function tellOf(field, ...changes) {
  const body = JSON.stringify({ object: 'page', entry: [{ id: pageID, time: Date.now(), changes: changes.map((value) => ({ field, value })) }] })
  const sign = createHmac('sha256', app.secret).update(body).digest('hex')
  const answer = await fetch(`${server.baseURL}/hooks/meta`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': `sha256=${sign}` } })
  assert.equal(answer.status, 200, await answer.text())
}

const comment = (name, from, message, parent = post) => ({ item: 'comment', verb: 'add', post_id: post, comment_id: name, parent_id: parent, from, message, created_time: Math.floor(Date.now() / 1000) })

/** Connects the page, if nobody has. */
async function connect(page) {
  const { items } = await json(page.request.get('/api/v1/channel-accounts?channel=messenger'))
  if (items.some((account) => account.address === pageID)) return
  const { items: queues } = await json(page.request.get('/api/v1/queues?limit=50'))
  await json(page.request.post('/api/v1/channel-accounts', { data: { brand_id: queues[0].brand_id, channel: 'messenger', queue_id: queues[0].id, settings: { token: 'EAAGpage' } }, headers: origin() }))
}

/** Waits for something that is asked again and again. */
async function until(page, what, ask) {
  for (let times = 0; times < 150; times++) {
    // oxlint-disable-next-line no-await-in-loop
    const found = await ask()
    if (found) return found
    // oxlint-disable-next-line no-await-in-loop
    await page.waitForTimeout(100)
  }
  throw new Error(`it did not happen that ${what}: ${JSON.stringify(asked)}`)
}

test('a comment is answered publicly, goes on privately, and a rude one is hidden', async () => {
  const page = await desk()
  await connect(page)
  await tell(comment('100_1', { id: '71', name: 'Anna Kiss' }, 'Ile kosztuje instalacja?'), comment('100_2', { id: '72', name: 'Bogdan Krawiec' }, 'Oszuści!', '100_1'))
  const row = await until(page, 'the comment is here', async () => (await json(page.request.get('/api/v1/conversations?view=all&limit=50'))).items.find((c) => c.customer.name === 'Anna Kiss'))
  await page.goto(`/conversations/${row.id}`)
  const log = page.getByRole('log')
  await log.getByText('Nowa oferta od poniedziałku').waitFor()
  await log.getByText('Oszuści!').waitFor()
  await page.getByText("Everybody on the page's post reads this").waitFor()

  // For everybody, by keyboard: the menu of Anna's comment.
  const menus = log.getByRole('button', { name: 'What to do with this message' })
  await menus.first().focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Answer in public' }).waitFor()
  await checkAccessible(page, 'the menu of a comment')
  await page.getByRole('menuitem', { name: 'Answer in public' }).press('Enter')
  await page.getByText('Answers Anna Kiss:').waitFor()
  await page.keyboard.type('Instalacja nic nie kosztuje.')
  await page.keyboard.press('Control+Enter')
  await log.getByText('Instalacja nic nie kosztuje.').waitFor()
  const said = await until(page, 'everybody reads the answer', () => asked.find((a) => a.path.endsWith('/comments')))
  assert.deepEqual([said.path, said.body.message], ['100_1/comments', 'Instalacja nic nie kosztuje.'])

  // For Anna alone.
  await menus.first().click()
  await page.getByRole('menuitem', { name: 'Answer in private' }).click()
  await page.getByText('Only Anna Kiss reads this').first().waitFor()
  await shot(page, 'social-private')
  await checkAccessible(page, 'a private answer that is written')
  await page.keyboard.type('Proszę o numer klienta.')
  await page.keyboard.press('Control+Enter')
  const told = await until(page, 'Anna is answered', () => asked.find((a) => a.path.endsWith('/messages')))
  assert.deepEqual([told.body.recipient, told.body.message.text], [{ comment_id: '100_1' }, 'Proszę o numer klienta.'])
  await log.getByText('Answered in private').waitFor()

  // The rude one.
  await menus.nth(1).click()
  await page.getByRole('menuitem', { name: 'Hide from the public' }).click()
  await log.getByText('Hidden – its author and their friends still see it').waitFor()
  const hidden = await until(page, 'it is hidden', () => asked.find((a) => a.body?.is_hidden))
  assert.equal(hidden.path, '100_2')

  // Who wrote it is blocked, and let in again.
  await menus.nth(1).click()
  await page.getByRole('menuitem', { name: 'Block Bogdan Krawiec' }).click()
  await log.getByText('Its author is blocked').waitFor()
  const blocked = await until(page, 'he is blocked', () => asked.find((a) => a.path === `${pageID}/blocked`))
  assert.deepEqual([blocked.method, blocked.body.psid], ['POST', ['72']])
  await checkAccessible(page, 'a comment whose author is blocked')
  await menus.nth(1).click()
  await page.getByRole('menuitem', { name: 'Unblock Bogdan Krawiec' }).click()
  await log.getByText('Its author is blocked').waitFor({ state: 'detached' })
  const back = await until(page, 'he is let in again', () => asked.find((a) => a.path === `${pageID}/blocked` && a.method === 'DELETE'))
  assert.equal(back.query.get('psid'), '72')

  // Between the two conversations and back.
  await log.getByRole('link', { name: 'Go on in private' }).click()
  await log.getByText('This began with a public comment').waitFor()
  await log.getByText('Proszę o numer klienta.').waitFor()
  await checkAccessible(page, 'the private conversation')
  await log.getByRole('link', { name: 'To the public comment' }).click()
  await log.getByText('Nowa oferta od poniedziałku').waitFor()
  assert.deepEqual(page.faults, [])
  await page.context().close()

  for (const look of [{ theme: 'light' }, { theme: 'dark', size: 'phone', language: 'pl' }, { theme: 'light', size: 'narrow', language: 'hu' }]) {
    // oxlint-disable no-await-in-loop
    const seen = await desk(look)
    await seen.goto(`/conversations/${row.id}`)
    await seen.getByRole('log').getByText('Nowa oferta od poniedziałku').waitFor()
    await seen.getByRole('log').getByText('Oszuści!').waitFor()
    await checkFits(seen, `a public conversation ${JSON.stringify(look)}`)
    await checkAccessible(seen, `a public conversation ${JSON.stringify(look)}`)
    await shot(seen, `social-${look.theme}-${look.size ?? 'desk'}-${look.language ?? 'en'}`)
    assert.deepEqual(seen.faults, [])
    await seen.context().close()
    // oxlint-enable no-await-in-loop
  }
})

test('a review and a mention are shown as what they are', async () => {
  const page = await desk()
  await connect(page)
  const now = Math.floor(Date.now() / 1000)
  await tellOf('ratings', { item: 'rating', verb: 'add', open_graph_story_id: '73_1', reviewer_id: '73', reviewer_name: 'Celina Mazur', recommendation_type: 'negative', review_text: 'Nie polecam', created_time: now })
  await tellOf('mention', { item: 'post', verb: 'add', post_id: '74_1', sender_id: '74', sender_name: 'Dorota Lis', message: 'Fala, halo!', created_time: now })
  for (const [name, words] of [['Celina Mazur', 'Does not recommend us'], ['Dorota Lis', 'Mentions us']]) {
    // oxlint-disable no-await-in-loop
    const row = await until(page, `${name} is here`, async () => (await json(page.request.get('/api/v1/conversations?view=all&limit=50'))).items.find((c) => c.customer.name === name))
    await page.goto(`/conversations/${row.id}`)
    await page.getByRole('log').getByText(words).waitFor()
    await checkAccessible(page, words)
    // oxlint-enable no-await-in-loop
  }
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('one public answer settles forty who ask the same, and who asks it later', async () => {
  const page = await desk()
  await connect(page)
  const ask = (n) => comment(`200_${n}`, { id: String(1000 + n), name: `Klient ${n}` }, n % 2 ? 'Kiedy wróci internet?' : `kiedy wroci internet ${n}??`)
  await tell(...Array.from({ length: 40 }, (_, n) => ask(n + 1)))
  const chorus = await until(page, 'forty wait together', async () => (await json(page.request.get('/api/v1/choruses'))).items.find((c) => c.waiting === 40))
  await page.goto('/similar')
  const row = page.getByRole('listitem').filter({ hasText: '40 similar comments under the post' })
  await row.waitFor()
  await checkAccessible(page, 'what many say alike')
  await shot(page, 'similar-light-desk-en')
  const small = await desk({ theme: 'dark', size: 'phone', language: 'pl' })
  await small.goto('/similar')
  await small.getByRole('button', { name: 'Odpowiedz wszystkim' }).click()
  await small.getByText('Kto co otrzyma').first().waitFor()
  await checkFits(small, 'an answer to many on a phone')
  await checkAccessible(small, 'an answer to many on a phone')
  await shot(small, 'similar-write-dark-phone-pl')
  assert.deepEqual(small.faults, [])
  await small.context().close()
  await page.request.patch('/api/v1/me', { data: { language: 'en', theme: 'light' }, headers: origin() })
  await row.getByRole('button', { name: 'Answer together' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Answer together' })
  await dialog.getByText('Who gets what').first().waitFor()
  await page.keyboard.type('Pracujemy nad tym, internet wróci do 18:00.')
  // One of them is taken out, and put back.
  await dialog.getByRole('button', { name: 'Take out Klient 1', exact: true }).click()
  await dialog.getByRole('button', { name: 'Put back Klient 1', exact: true }).click()
  await dialog.getByRole('button', { name: 'Take out Klient 1', exact: true }).waitFor()
  await checkAccessible(page, 'an answer to many that is written')
  await shot(page, 'similar-write-light-desk-en')
  await dialog.getByRole('button', { name: 'Answer all 40' }).click()
  await dialog.waitFor({ state: 'detached' })
  await row.getByText(/about to be published/).waitFor()
  await row.getByRole('button', { name: /Take back/ }).waitFor()
  const begun = await until(page, 'the answer begins', async () => (await json(page.request.get('/api/v1/choruses'))).items.find((c) => c.id === chorus.id && c.answer))
  const said = await until(page, 'everybody reads it', () => asked.find((a) => a.path === `${post}/comments`))
  assert.equal(said.body.message, 'Pracujemy nad tym, internet wróci do 18:00.')
  await until(page, 'all are settled', async () => {
    const now = await json(page.request.get(`/api/v1/common-answers/${begun.answer.id}`))
    return now.state === 'standing' && now.settled === 40
  })
  await tell(ask(41))
  const late = await until(page, 'who asks later is settled', async () => (await json(page.request.get('/api/v1/conversations?view=closed&limit=100'))).items.find((c) => c.customer.name === 'Klient 41'))
  await page.goto(`/conversations/${late.id}`)
  await page.getByText(/Answered together: 41 of 41/).waitFor()
  await page.getByRole('log').getByText('Answered together with similar questions').waitFor()
  await checkAccessible(page, 'what was answered together')
  await shot(page, 'similar-settled-light-desk-en')
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('one public answer settles a topic under two posts', async () => {
  const page = await desk()
  await connect(page)
  const second = `${pageID}_300`
  await tellOf('feed', { item: 'status', verb: 'add', post_id: second, from: { id: pageID, name: 'Fala' }, message: 'Prace w Gdyni', created_time: Math.floor(Date.now() / 1000) })
  const under = (name, from, message, at) => ({ ...comment(name, from, message, at), post_id: at })
  await tell(under('300_1', { id: '81', name: 'Ewa Maj' }, 'Cisza od rana', second), under('300_2', { id: '82', name: 'Filip Nowy' }, 'Czemu nic nie ładuje?', post))
  for (const name of ['Ewa Maj', 'Filip Nowy']) {
    // oxlint-disable no-await-in-loop
    const row = await until(page, `${name} is here`, async () => (await json(page.request.get('/api/v1/conversations?view=all&limit=100'))).items.find((c) => c.customer.name === name))
    const tagged = await page.request.put(`/api/v1/conversations/${row.id}/tags`, { data: { tags: ['awaria sieci'] }, headers: origin() })
    assert.ok(tagged.ok(), await tagged.text())
    // oxlint-enable no-await-in-loop
  }
  const chorus = await until(page, 'both wait together', async () => (await json(page.request.get('/api/v1/choruses'))).items.find((c) => c.topic === 'awaria sieci' && c.waiting === 2))
  await page.goto('/similar')
  const row = page.getByRole('listitem').filter({ hasText: '2 public conversations on the topic “awaria sieci”' })
  await row.waitFor()
  await checkAccessible(page, 'a topic that waits')
  await shot(page, 'similar-topic-light-desk-en')
  await row.getByRole('button', { name: 'Answer together' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Answer together' })
  await dialog.getByText('Ewa Maj').waitFor()
  await page.keyboard.type('Naprawiamy, do 18:00.')
  await dialog.getByRole('combobox', { name: 'Where the answer stands' }).click()
  await page.getByRole('option', { name: /Prace w Gdyni/ }).click()
  await checkAccessible(page, 'an answer to a topic that is written')
  await shot(page, 'similar-topic-write-light-desk-en')
  await dialog.getByRole('button', { name: 'Answer all 2' }).click()
  await dialog.waitFor({ state: 'detached' })
  await until(page, 'everybody reads it under the second post', () => asked.find((a) => a.path === `${second}/comments` && a.body.message === 'Naprawiamy, do 18:00.'))
  const begun = await until(page, 'it is known', async () => (await json(page.request.get('/api/v1/conversations?view=closed&limit=100'))).items.find((c) => c.customer.name === 'Ewa Maj'))
  const { matters } = await json(page.request.get(`/api/v1/conversations/${begun.id}/chorus`))
  assert.equal(matters[0].id, chorus.id)
  await page.goto(`/conversations/${begun.id}`)
  await page.getByText(/Answered together: 2 of 2/).waitFor()
  assert.deepEqual(page.faults, [])
  await page.context().close()
})
