// Knowledge in real browsers against the real program: an article is written and
// published, found by a word without accents, put into a reply and judged; a text
// that was not saved is there again, and nobody writes over somebody else's.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessible, checkFits, checkSteady, chosen, eventually, launch, shot, visit } from './harness.mjs'
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
async function desk(person, at, { language = 'en', ...look } = {}) {
  const page = await visit(browser, { baseURL: server.baseURL, language, ...look })
  page.setDefaultTimeout(20_000)
  await page.goto('/login')
  await page.getByRole('button', { name: new RegExp(person) }).click()
  await page.waitForURL(/conversations|board|figures|admin/)
  const answer = await page.request.patch('/api/v1/me', { data: { language }, headers: { origin: server.baseURL } })
  assert.equal(answer.status(), 200)
  await page.goto(at)
  return page
}

const post = async (page, path, data) => {
  const answer = await page.request.post(path, { data, headers: { origin: server.baseURL } })
  assert.ok(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`)
  return answer.json()
}
const get = async (page, path) => (await page.request.get(path)).json()

async function inspect(page, name) {
  await page.evaluate(() => document.fonts.ready)
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
  await shot(page, `knowledge/${name}`)
  await checkFits(page, name)
  await checkAccessible(page, name)
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
  return page
}

async function available(page) {
  const answer = await page.request.put('/api/v1/me/presence', { data: { state: 'available' }, headers: { origin: server.baseURL } })
  assert.equal(answer.status(), 200)
}

const mostAsked = 50 // times, a fifth of a second apart

/** Asks until the index has what was just published: it follows a moment later. */
async function found(page, q) {
  for (let times = 1; ; times++) {
    const { items } = await get(page, `/api/v1/articles/search?q=${encodeURIComponent(q)}`)
    if (items.length > 0) return items
    assert.ok(times < mostAsked, `${q} is not found`)
    await page.waitForTimeout(200)
  }
}

const titled = (page) => page.getByLabel('Title')
const block = (page, number) => page.getByRole('listitem', { name: `Block ${number}`, exact: true })
const words = (page, number) => block(page, number).locator('[data-first]')

test('an article is written by keys, published, found without accents and put into a reply', async () => {
  const writer = await desk('Marta Zając', '/knowledge')
  await writer.getByRole('heading', { level: 1 }).waitFor()
  await writer.locator('body').press('c')
  await titled(writer).fill('Świecąca lampka w ładowarce')
  await words(writer, 1).fill('Lampka świeci na żółto, gdy ładowarka źle styka.')
  await words(writer, 1).press('Control+Enter')
  await block(writer, 2).getByLabel('Kind of block 2').click()
  await writer.getByRole('option', { name: 'Steps' }).click()
  await words(writer, 2).fill('Wyjmij wtyczkę.\nWłóż ją ponownie.')
  await words(writer, 2).press('Alt+ArrowUp')
  await writer.waitForFunction(() => document.activeElement?.value?.startsWith('Wyjmij'))
  assert.match(await words(writer, 1).inputValue(), /^Wyjmij/)
  await words(writer, 1).press('Alt+ArrowDown')
  await words(writer, 1).waitFor()
  assert.match(await words(writer, 1).inputValue(), /^Lampka/)
  // The short message says less.
  await block(writer, 1).getByRole('button', { name: /Say it otherwise/ }).click()
  await writer.getByRole('menuitem', { name: 'SMS' }).click()
  await block(writer, 1).getByLabel('In SMS').fill('')
  await block(writer, 1).getByText('this block is left out there').waitFor()
  await inspect(writer, 'new')
  await titled(writer).press('Control+s')
  await writer.waitForURL(/knowledge\/\d+/)
  const id = /knowledge\/(\d+)/.exec(writer.url())[1]
  await writer.getByRole('button', { name: 'Publish' }).click()
  await writer.getByText('Published in English').waitFor()
  await inspect(writer, 'published')

  // It is found by words without their accents.
  await found(writer, 'ladowarka')
  await writer.getByRole('button', { name: 'Back', exact: true }).click()
  await writer.getByRole('searchbox', { name: 'Search articles' }).fill('swiecaca ladowarce')
  const row = writer.getByRole('link', { name: /Świecąca lampka w ładowarce/ })
  await row.locator('mark').first().waitFor()
  await row.click()
  await writer.getByRole('heading', { name: 'Świecąca lampka w ładowarce' }).waitFor()
  await inspect(writer, 'reader')

  // So does the bar of commands, from every screen.
  await writer.keyboard.press('Control+k')
  await writer.getByRole('option').first().waitFor()
  await writer.keyboard.type('ladowarce')
  const hit = writer.getByRole('option', { name: /Świecąca lampka/ })
  await hit.locator('mark').first().waitFor()
  await inspect(writer, 'commands')
  await writer.getByRole('option', { name: /All finds/ }).click()
  await writer.waitForURL(/\/search\?q=ladowarce/)
  await writer.getByRole('link', { name: /Świecąca lampka/ }).waitFor()
  await inspect(writer, 'search')

  // Beside a conversation it goes into the reply by one key.
  const agent = await desk('Kamil Wróbel', '/conversations')
  await available(agent)
  const customer = await visitor('fala-net', 'Zofia Wilk', 'Swieci mi na zolto lampka w ladowarce.')
  const offer = agent.getByRole('article').filter({ hasText: 'Zofia Wilk' })
  await offer.getByRole('button', { name: /Accept/ }).click()
  await agent.getByRole('log').getByText('Swieci mi na zolto').waitFor()
  await agent.getByRole('log').click()
  await agent.keyboard.press('b')
  const panel = agent.getByRole('region', { name: 'Articles for this conversation' })
  // What the customer wrote is enough to suggest it.
  const suggested = panel.getByRole('button', { name: 'Świecąca lampka w ładowarce', exact: true })
  await suggested.waitFor()
  await panel.getByRole('searchbox').fill('wtyczke')
  await panel.locator('mark').filter({ hasText: /wtyczk/i }).first().waitFor() // what was found, and no more what was suggested
  await suggested.click()
  await panel.getByText('Wyjmij wtyczkę.').waitFor()
  await inspect(agent, 'beside')
  await agent.keyboard.press('i')
  const composer = agent.getByRole('textbox', { name: /Reply to/ })
  await agent.waitForFunction(() => [...document.querySelectorAll('textarea')].some((t) => t.value.includes('1. Wyjmij wtyczkę.')))
  assert.match(await composer.inputValue(), /Lampka świeci na żółto/)
  await panel.getByRole('button', { name: 'Helped', exact: true }).click()
  await panel.getByText('Thank you, noted.').waitFor()
  await inspect(agent, 'inserted')
  await eventually(agent, async (of) => (await (await fetch(`/api/v1/articles/${of}`)).json()).helped === 1, id)
  const { used, helped } = await get(agent, `/api/v1/articles/${id}`)
  assert.deepEqual({ used, helped }, { used: 1, helped: 1 })
  await customer.context().close()

  // On a phone the panel lies over the conversation and gives way to the reply.
  const conversation = (await get(agent, '/api/v1/conversations?view=mine')).items.find((c) => c.customer.name === 'Zofia Wilk')
  const phone = await desk('Kamil Wróbel', `/conversations/${conversation.id}`, { size: 'phone', theme: 'dark' })
  await phone.getByRole('button', { name: 'More actions' }).click()
  await phone.getByRole('menuitem', { name: /[Cc]ustomer/ }).click()
  await phone.getByRole('dialog').getByRole('button', { name: 'Knowledge' }).click()
  const put = phone.getByRole('button', { name: /Insert .Świecąca lampka/ })
  await put.waitFor()
  await inspect(phone, 'beside-phone')
  await put.click()
  await phone.getByRole('dialog').waitFor({ state: 'detached' })
  await phone.waitForFunction(() => [...document.querySelectorAll('textarea')].some((t) => t.value.includes('1. Wyjmij wtyczkę.')))
  await inspect(phone, 'inserted-phone')
  assert.deepEqual(phone.faults, [])
  for (const page of [writer, agent]) assert.deepEqual(page.faults, [])
})

test('what was typed is there again, and nobody writes over another', async () => {
  const page = await desk('Marta Zając', '/knowledge')
  const { id } = await post(page, '/api/v1/articles', { language: 'en', title: 'Opening hours', blocks: [{ kind: 'text', text: 'From nine to five.' }] })
  await page.goto(`/knowledge/${id}?edit=en`)
  await words(page, 1).fill('From eight to four.')
  await page.getByText('Not saved yet').waitFor()
  await page.reload()
  await page.getByText('Text of yours that was not saved is back.').waitFor()
  assert.equal(await words(page, 1).inputValue(), 'From eight to four.')

  // Somebody else saves meanwhile.
  const answer = await page.request.put(`/api/v1/articles/${id}/text`, { data: { language: 'en', title: 'Opening hours', blocks: [{ kind: 'text', text: 'Round the clock.' }] }, headers: { origin: server.baseURL } })
  assert.equal(answer.status(), 200)
  await page.getByRole('button', { name: /Save draft/ }).click()
  await page.getByText('Somebody has changed this text since you opened it').waitFor()
  assert.equal(await words(page, 1).inputValue(), 'From eight to four.')
  await inspect(page, 'stale')
  await page.getByRole('button', { name: 'Save mine over it' }).click()
  await page.getByText('Draft saved').waitFor()
  assert.equal((await get(page, `/api/v1/articles/${id}`)).texts[0].blocks[0].text, 'From eight to four.')

  // It goes to review, comes back with a word, is published, changed, compared and restored.
  await page.getByRole('button', { name: 'Submit for review' }).click()
  await page.getByText('Submitted for review').waitFor()
  await page.getByRole('button', { name: 'Return to author' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('Say it for the weekend too.')
  await page.getByRole('dialog').getByRole('button', { name: 'Return to author' }).click()
  await page.getByText('Returned to its author').waitFor()
  await page.getByRole('alert').filter({ hasText: 'Say it for the weekend too.' }).waitFor()
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByText('Published in English').waitFor()
  await words(page, 1).fill('From eight to four, Saturdays to noon.')
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await eventually(page, async (of) => (await (await fetch(`/api/v1/articles/${of}/history`)).json()).versions.length === 2, id)
  await page.getByRole('button', { name: 'History' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByText('Say it for the weekend too.').waitFor()
  await sheet.getByRole('button', { name: 'Compare' }).click()
  await sheet.locator('ins', { hasText: 'Saturdays to noon' }).waitFor()
  await inspect(page, 'history')
  await sheet.getByRole('button', { name: 'Make a draft of version 1' }).click()
  await page.getByText('Version 1 is the draft now').waitFor()
  await page.waitForFunction(() => document.querySelector('[data-first]')?.value === 'From eight to four.')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('dialog').getByLabel('Look at it again on').fill('2031-03-01')
  await inspect(page, 'settings')
  await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Settings saved').waitFor()
  assert.match((await get(page, `/api/v1/articles/${id}`)).expires_at, /^2031-03-01/)
  assert.deepEqual(page.faults, [])
})

test('a picture is chosen for an article, and its readers see it', async () => {
  const page = await desk('Marta Zając', '/knowledge')
  const { id } = await post(page, '/api/v1/articles', { language: 'en', title: 'The back of the router', blocks: [{ kind: 'text', text: 'Where the cables go.' }] })
  await page.goto(`/knowledge/${id}?edit=en`)
  const png = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 120 })
    canvas.getContext('2d').fillRect(20, 20, 200, 60)
    return canvas.toDataURL('image/png').split(',')[1]
  })
  await page.locator('input[type=file]').setInputFiles([{ name: 'router.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') }, { name: 'page.html', mimeType: 'text/html', buffer: Buffer.from('<p>words</p>') }])
  await page.getByText(/page\.html: Files such as page\.html are not accepted/).waitFor()
  await page.locator('[data-block] img').waitFor()
  await words(page, 2).fill('Two sockets, the left one is for the line')
  await inspect(page, 'picture')
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByText('Published in English').waitFor()
  const reader = await desk('Ola Nowicka', `/knowledge/${id}`)
  const shown = reader.getByRole('img', { name: 'Two sockets, the left one is for the line' })
  await shown.waitFor()
  await reader.waitForFunction(() => [...document.querySelectorAll('figure img')].some((i) => i.naturalWidth === 320))
  for (const one of [page, reader]) assert.deepEqual(one.faults, [])
})

/** A second of silence, as any player plays it. */
function silence() {
  const rate = 8000
  const wave = Buffer.alloc(44 + rate, 128)
  wave.write('RIFF', 0)
  wave.writeUInt32LE(36 + rate, 4)
  wave.write('WAVEfmt ', 8)
  wave.writeUInt32LE(16, 16)
  wave.writeUInt16LE(1, 20)
  wave.writeUInt16LE(1, 22)
  wave.writeUInt32LE(rate, 24)
  wave.writeUInt32LE(rate, 28)
  wave.writeUInt16LE(1, 32)
  wave.writeUInt16LE(8, 34)
  wave.write('data', 36)
  wave.writeUInt32LE(rate, 40)
  return wave
}

/** A customer of the demo writes a mail. */
async function mailed(from, subject) {
  const body = new URLSearchParams({ from, subject, text: 'Ile to kosztuje?' })
  const answer = await fetch(`${server.baseURL}/demo/fala-net/mail`, { method: 'POST', body, headers: { origin: server.baseURL, 'content-type': 'application/x-www-form-urlencoded' }, redirect: 'manual' })
  assert.equal(answer.status, 303)
}

test('a sheet and a recording are put into an article, read, and the sheet goes along with a mail', async () => {
  const page = await desk('Marta Zając', '/knowledge')
  const { id } = await post(page, '/api/v1/articles', { language: 'en', title: 'Prices for kwotowania', blocks: [{ kind: 'text', text: 'The prices of this year.' }] })
  await page.goto(`/knowledge/${id}?edit=en`)
  const choose = page.locator('input[type=file]')
  await choose.setInputFiles([{ name: 'Cennik 2026.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\nprices\n%%EOF') }])
  await block(page, 2).getByText('Cennik 2026.pdf').waitFor()
  assert.equal(await words(page, 2).inputValue(), 'Cennik 2026')
  await choose.setInputFiles([{ name: 'how.wav', mimeType: 'audio/wav', buffer: silence() }])
  await words(page, 3).fill('How to read the prices')
  await words(page, 2).fill('Our prices')
  await block(page, 2).getByRole('checkbox', { name: /Goes along/ }).check()
  const preview = page.getByRole('region', { name: 'How it reads' })
  await preview.getByText('E-mail').click()
  await preview.getByText('Goes along: Cennik 2026.pdf').waitFor()
  await preview.getByText('SMS').click()
  await preview.getByText('Goes along', { exact: false }).waitFor({ state: 'detached' })
  await preview.getByText('Page').click()
  await inspect(page, 'files-editor')
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByText('Published in English').waitFor()

  // Who reads it opens the sheet and hears the recording, from any place in it.
  const reader = await desk('Ola Nowicka', `/knowledge/${id}`)
  const sheet = reader.getByRole('link', { name: /Our prices/ })
  await sheet.waitFor()
  assert.equal(await sheet.getAttribute('target'), '_blank')
  const saved = await reader.request.get(await sheet.getAttribute('href'))
  assert.match(saved.headers()['content-disposition'], /^attachment; .*Cennik%202026\.pdf/)
  assert.equal((await saved.body()).toString(), '%PDF-1.4\nprices\n%%EOF')
  const heard = await reader.locator('audio').evaluate(async (audio) => {
    const once = (name) => new Promise((done, fail) => {
      audio.addEventListener(name, done, { once: true })
      audio.addEventListener('error', () => fail(new Error(audio.error?.message)), { once: true })
    })
    const silent = audio.paused && !audio.autoplay
    const known = once('loadedmetadata')
    audio.preload = 'auto'
    audio.load()
    await known
    const there = once('seeked')
    audio.currentTime = 0.5
    await there
    return { silent, length: audio.duration, at: audio.currentTime }
  })
  assert.deepEqual(heard, { silent: true, length: 1, at: 0.5 })
  await inspect(reader, 'files-reader')

  // In the answer to a mail the sheet is attached, and the recording is not.
  await found(reader, 'kwotowania')
  const agent = await desk('Kamil Wróbel', '/conversations')
  await available(agent)
  await mailed('Ewa Lis <ewa.lis@posta.example>', 'Cennik')
  await agent.getByRole('article').filter({ hasText: 'Ewa Lis' }).getByRole('button', { name: /Accept/ }).click()
  const text = agent.getByRole('textbox', { name: /Reply to Ewa Lis/ })
  await text.waitFor()
  const log = agent.getByRole('log')
  await log.click()
  await agent.keyboard.press('b')
  const panel = agent.getByRole('region', { name: 'Articles for this conversation' })
  await panel.getByRole('searchbox').fill('kwotowania')
  await panel.getByRole('button', { name: /^Insert .Prices for/ }).click()
  const composer = agent.getByRole('group', { name: 'Write' })
  await composer.getByText('Cennik 2026.pdf').waitFor()
  await text.getByText('Our prices').waitFor()
  assert.equal(await composer.getByText('how.wav').count(), 0)
  await inspect(agent, 'files-mail')
  await text.click()
  await agent.keyboard.press('Control+Enter')
  await log.getByRole('button', { name: 'Send now' }).click()
  await log.getByText('Sent', { exact: true }).waitFor()
  const row = (await get(agent, '/api/v1/conversations?view=mine')).items.find((c) => c.subject === 'Cennik')
  const { items } = await get(agent, `/api/v1/conversations/${row.id}/entries?limit=100`)
  assert.deepEqual(items.find((e) => e.author === 'agent').attachments.map((a) => a.name), ['Cennik 2026.pdf'])
  for (const one of [page, reader, agent]) assert.deepEqual(one.faults, [])
})

test('a question without an answer is kept, and its article answers it', async () => {
  const page = await desk('Marta Zając', '/knowledge')
  const field = page.getByRole('searchbox', { name: 'Search articles' })
  await field.fill('quetzalcoatl feathers')
  await field.press('Enter')
  await page.getByText('No article has these words').waitFor()
  await page.getByRole('button', { name: /All articles/ }).click()
  await page.getByRole('menuitem', { name: 'Missing answers' }).click()
  const line = page.getByRole('listitem').filter({ hasText: 'quetzalcoatl feathers' })
  await line.waitFor()
  await inspect(page, 'missing')
  await line.getByRole('button', { name: 'Write it' }).click()
  assert.equal(await titled(page).inputValue(), 'quetzalcoatl feathers')
  await words(page, 1).fill('They are green.')
  await titled(page).press('Control+s')
  await page.waitForURL(/knowledge\/\d+/)
  const id = /knowledge\/(\d+)/.exec(page.url())[1]
  const { items } = await get(page, '/api/v1/missing-answers?state=answered')
  assert.ok(items.some((m) => m.example === 'quetzalcoatl feathers' && m.article_id === id))
  assert.deepEqual(page.faults, [])
})

test('a canned reply of one’s own says less in a short message, and knows what fills it', async () => {
  const page = await desk('Marta Zając', '/admin/canned?open=new')
  const sheet = page.getByRole('dialog')
  await sheet.locator('[name=title]').fill('Technician')
  await sheet.locator('[name=shortcut]').fill('techvisit')
  await sheet.getByRole('combobox', { name: 'Who has it' }).click()
  await page.getByRole('option', { name: 'Only I' }).click()
  await sheet.locator('[name="texts.en"]').fill('Hello {{order.number}}')
  await sheet.getByText('Nothing fills order.number').waitFor()
  await sheet.locator('[name="texts.en"]').fill('Hello {{customer.first_name|there}}, a technician comes tomorrow between nine and noon.')
  await sheet.locator('figure').getByText('Anna', { exact: true }).waitFor()
  await sheet.getByRole('button', { name: 'Say it otherwise in: SMS' }).click()
  await sheet.locator('[name="variants.sms.en"]').fill('Technician: tomorrow 9-12.')
  await inspect(page, 'canned')
  await sheet.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByText('Reply saved').waitFor()
  const made = (await get(page, '/api/v1/canned?q=techvisit')).items[0]
  assert.deepEqual({ own: made.own, variants: made.variants }, { own: true, variants: { sms: { en: 'Technician: tomorrow 9-12.' } } })
  assert.deepEqual(page.faults, [])
})

// Each layout and each theme once; the desk’s other screens go through all sizes.
const looks = [
  { size: 'desk', theme: 'dark', language: 'pl' },
  { size: 'phone', theme: 'dark', language: 'hu' },
]

for (const look of chosen(looks)) {
  const name = Object.values(look).join('-')
  test(`screens, ${name}`, async () => {
    const page = await desk('Marta Zając', '/knowledge', look)
    const blocks = [{ kind: 'text', text: 'A router két perc alatt újraindul.' }, { kind: 'heading', text: 'Lépések' }, { kind: 'steps', items: ['Húzza ki.', 'Várjon tíz másodpercet.', 'Dugja vissza.'] }, { kind: 'note', text: 'A fény villog, amíg tart.' }, { kind: 'link', text: 'Kézikönyv', url: 'https://example.com/kezikonyv' }]
    const { id } = await post(page, '/api/v1/articles', { language: 'hu', title: `A router újraindítása ${name}`, blocks })
    await post(page, `/api/v1/articles/${id}/publish`, { language: 'hu' })
    await page.reload()
    await page.getByRole('link', { name: new RegExp(name) }).waitFor()
    await inspect(page, `list-${name}`)
    await checkSteady(page, `list-${name}`)
    await page.goto(`/knowledge/${id}`)
    await page.getByRole('heading', { level: 2, name: new RegExp(name) }).waitFor()
    await inspect(page, `reader-${name}`)
    await page.goto(`/knowledge/${id}?edit=hu`)
    await page.locator('[data-block]').first().waitFor()
    await inspect(page, `editor-${name}`)
    await page.goto('/search?q=router')
    await page.locator('main').first().waitFor()
    await inspect(page, `search-${name}`)
    assert.deepEqual(page.faults, [])
  })
}
