/**
 * The built widget in a real Chromium against a small server of its protocol, on
 * a page with a strict content security policy. Build first: npm run build:widget.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FakeServer } from './server.mjs'
import { accessible, closeBrowser, desktop, openBrowser, phone, shot, startChat, visit } from './site.mjs'

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC', 'base64')

before(openBrowser)
after(closeBrowser)

for (const [language, viewport, theme] of [
  ['en', desktop, 'light'],
  ['pl', desktop, 'dark'],
  ['hu', desktop, 'light'],
  ['pl', phone, 'light'],
  ['hu', phone, 'dark'],
]) {
  const name = `${language}-${viewport === phone ? 'phone' : 'desktop'}-${theme}`
  test(`all views are accessible: ${name}`, async (t) => {
    const v = await visit(t, { viewport, scheme: theme, attributes: `data-lang=${language}` })
    const { server, page, w } = v
    await w.locator('.launcher').waitFor()
    await shot(page, `${name}-0-launcher`)
    await w.locator('.launcher').click()
    await w.locator('.card').waitFor()
    await shot(page, `${name}-1-home`)
    await accessible(page, 'home')
    await w.locator('.card').first().click()
    await w.locator('form .main').click()
    await w.locator('.fault').first().waitFor()
    await shot(page, `${name}-2-form`)
    await accessible(page, 'form with faults')
    await w.locator('input[name=name]').fill('Réka Kovács')
    await w.locator('textarea[name=text]').fill('Minden éjjel kettőkor újraindul a routerem.')
    await w.locator('input[name=consent]').check()
    await w.locator('form .main').click()
    await w.locator('.standing').waitFor()
    await w.locator('.me .foot').waitFor()
    await shot(page, `${name}-3-queued`)
    await accessible(page, 'queued')
    server.join()
    server.reply('Good afternoon! This is Marta from Pannon Fibre. What happened?')
    await w.locator('.them .bubble').waitFor()
    await w.locator('.box textarea').fill('It began last week. See https://pannon.example/router?x=1.')
    await w.locator('.send').click()
    await page.waitForTimeout(100)
    server.read()
    server.reply('Thank you, I can see it in the log.')
    server.reply('Shall I book a technician for tomorrow between 8 and 10?', { attachments: [{ id: '7', name: 'instrukcja-obsługi-routera.pdf', size: 482_130, type: 'application/pdf', url: '/w/attachments/7?sig=x' }] })
    server.typing()
    await w.locator('.dots').waitFor()
    assert.equal(await w.locator('.bubble a').getAttribute('href'), 'https://pannon.example/router?x=1')
    await shot(page, `${name}-4-chat`)
    await accessible(page, 'chat')
    await w.locator('.box .icon').last().click()
    await w.locator('.emoji').waitFor()
    await w.locator('input[type=file]').setInputFiles([{ name: 'router.png', mimeType: 'image/png', buffer: png }, { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: png }])
    await w.locator('.uploads').waitFor()
    await shot(page, `${name}-5-emoji-files`)
    await accessible(page, 'emoji and files')
    await page.keyboard.press('Escape')
    await w.locator('.send').click()
    await w.locator('.picture').waitFor()
    await w.locator('[data-end]').click()
    await w.locator('.ask').waitFor()
    await shot(page, `${name}-6-end`)
    await accessible(page, 'end')
    await w.locator('.ask .main').click()
    await w.locator('.survey').waitFor()
    await w.locator('.survey input').nth(3).check()
    await w.locator('.survey textarea').fill('Szybko i miło.')
    await shot(page, `${name}-7-survey`)
    await accessible(page, 'survey')
    await w.locator('.survey .main').click()
    await w.locator('.survey').waitFor({ state: 'detached' })
    assert.equal(server.surveys[0].stars, 4)
  })
}

test('what is said offline arrives once, in order, after the network is back', async (t) => {
  const v = await visit(t)
  const { server, context, page, w } = v
  await startChat(v)
  server.join()
  await context.setOffline(true)
  server.refuseSockets = true
  server.cut()
  for (const text of ['one', 'two', 'three']) {
    await w.locator('.box textarea').fill(text)
    await page.keyboard.press('Enter')
  }
  await w.locator('.notice.warn').waitFor()
  assert.equal(await w.locator('.waiting').count(), 3)
  await shot(page, 'offline-outbox')
  await accessible(page, 'offline')
  assert.equal(server.said.length, 1)
  server.reply('I am still here.')
  server.refuseSockets = false
  server.loseNextAnswer = true // the first answer is lost: "one" is sent twice
  await context.setOffline(false)
  await w.locator('.waiting').first().waitFor({ state: 'detached' })
  await page.waitForFunction(() => !document.querySelector('zongler-chat').shadowRoot.querySelector('.waiting'))
  assert.deepEqual(server.said.slice(1).map((s) => s.text), ['one', 'two', 'three'])
  await w.locator('.bubble', { hasText: 'I am still here.' }).waitFor()
  assert.equal(await w.locator('.me .bubble').count(), 4)
})

test('a visitor who leaves and comes back finds conversation, draft and what was missed', async (t) => {
  const v = await visit(t)
  const { server, page, w, address } = v
  await startChat(v)
  server.join()
  await w.locator('.box textarea').fill('half a sent')
  await w.locator('header .icon').last().click() // closed: does not open by itself
  await page.goto('about:blank')
  server.reply('Are you there?')
  server.reply('I wait.')
  await page.goto(address)
  await w.locator('.launcher span').filter({ hasText: '2' }).waitFor()
  assert.equal(await w.locator('.launcher').getAttribute('aria-label'), 'Open chat, 2 new messages')
  await shot(page, 'unread')
  await w.locator('.launcher').click()
  await w.locator('.mark.new').waitFor()
  await shot(page, 'came-back')
  assert.equal(await w.locator('.box textarea').inputValue(), 'half a sent')
  assert.equal(server.visitors, 1)
  await page.waitForTimeout(1500)
  assert.equal(server.conversation.state.visitor_read, server.seq())
})

test('two tabs show the same and send once', async (t) => {
  const v = await visit(t)
  const { server, context, page, w, address } = v
  await startChat(v)
  const second = await context.newPage()
  await second.goto(address)
  const w2 = second.locator('zongler-chat')
  await w2.locator('.me .bubble').waitFor()
  await w2.locator('.box textarea').fill('from the second tab')
  await w2.locator('.send').click()
  await w.locator('.me .bubble', { hasText: 'from the second tab' }).waitFor()
  server.cut()
  await w.locator('.box textarea').fill('from the first')
  await page.keyboard.press('Enter')
  await w2.locator('.line:not(.waiting *) .bubble', { hasText: 'from the first' }).waitFor()
  assert.deepEqual(server.said.map((s) => s.text).slice(1), ['from the second tab', 'from the first'])
})

test('where websockets are blocked the chat works over HTTP', async (t) => {
  const v = await visit(t)
  v.server.refuseSockets = true
  await v.w.locator('.launcher').click()
  await v.w.locator('.card').first().click()
  await v.w.locator('input[name=name]').fill('Réka')
  await v.w.locator('textarea[name=text]').fill('through the proxy')
  await v.w.locator('input[name=consent]').check()
  await v.w.locator('form .main').click()
  await v.w.locator('.me .foot', { hasText: /·/ }).waitFor({ timeout: 20_000 })
  v.server.join()
  v.server.reply('over HTTP')
  await v.w.locator('.them .bubble', { hasText: 'over HTTP' }).waitFor()
  assert.deepEqual(v.server.said.map((s) => s.text), ['through the proxy'])
})

test('when nobody is there a message is left', async (t) => {
  const next = new Date(Date.now() + 40 * 3_600_000).toISOString()
  const { server, page, w } = await visit(t, { config: { hours: { open: false, next } } })
  await w.locator('.launcher').click()
  await w.locator('.card').waitFor()
  await shot(page, 'closed-home')
  await w.locator('.card').click()
  await w.locator('input[name=name]').fill('Réka')
  await w.locator('input[name=email]').fill('reka@')
  await w.locator('textarea[name=text]').fill('Please call me back.')
  await w.locator('input[name=consent]').check()
  await w.locator('form .main').click()
  await w.locator('.fault').waitFor()
  await w.locator('input[name=email]').fill('reka@example.hu')
  await shot(page, 'offline-form')
  await accessible(page, 'offline form')
  await w.locator('form .main').click()
  await w.locator('.sent').waitFor()
  await accessible(page, 'sent')
  assert.equal(server.offline.length, 1)
  assert.equal(server.offline[0].consent_version, '3')
})

test('a conversation that is refused gives the words back', async (t) => {
  const { server, w } = await visit(t)
  server.refusal = { code: 'chat.full', text: 'Too many people are waiting right now.' }
  await w.locator('.launcher').click()
  await w.locator('.card').click()
  await w.locator('input[name=name]').fill('Réka')
  await w.locator('textarea[name=text]').fill('keep this')
  await w.locator('input[name=consent]').check()
  await w.locator('form .main').click()
  await w.locator('input[name=email]').waitFor()
  assert.equal(await w.locator('textarea[name=text]').inputValue(), 'keep this')
  assert.equal(await w.locator('input[name=name]').inputValue(), 'Réka')
})

test('the keyboard does it all', async (t) => {
  const v = await visit(t)
  const { server, page, w } = v
  await w.locator('.launcher').waitFor()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await w.locator('.card').first().waitFor()
  const focused = () => page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.className ?? '')
  await page.waitForFunction(() => document.activeElement.shadowRoot?.activeElement?.className === 'card')
  await page.keyboard.press('Escape')
  assert.match(await focused(), /launcher/)
  assert.equal(await w.locator('.panel').count(), 0)
  await startChat(v)
  server.join()
  await w.locator('.box textarea').focus()
  await page.keyboard.type('hi ')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('there')
  await page.keyboard.press('Enter')
  await w.locator('.me .bubble', { hasText: 'hi 😂' }).waitFor()
  assert.equal(server.said.at(-1).text, 'hi 😂\nthere')
})

test('the language can be changed in the middle', async (t) => {
  const v = await visit(t)
  const { w, page } = v
  await startChat(v)
  await w.locator('header .icon').first().click()
  await w.locator('select').selectOption('pl')
  await w.locator('h2', { hasText: 'W czym możemy pomóc?' }).waitFor()
  await page.reload()
  await w.locator('.box textarea[placeholder="Napisz wiadomość"]').waitFor()
})

test('the page can command it', async (t) => {
  const { page, w } = await visit(t)
  await w.locator('.launcher').waitFor()
  await page.evaluate(() => {
    window.heard = []
    window.zongler('on', 'open', () => window.heard.push('open'))
    window.zongler('on', 'close', () => window.heard.push('close'))
    window.zongler('open')
  })
  await w.locator('.panel').waitFor()
  await page.evaluate(() => window.zongler('close'))
  await w.locator('.panel').waitFor({ state: 'detached' })
  assert.deepEqual(await page.evaluate(() => window.heard), ['open', 'close'])
})

/** The page's own sign that something is shown in it. */
const bubble = (w, hasText) => w.locator('.bubble', { hasText })

test('what was answered while one was away opens first, and stays marked until it is read', async (t) => {
  const v = await visit(t)
  const { server, page, w, address } = v
  await startChat(v)
  server.join()
  await w.locator('header .icon').last().click()
  await page.goto('about:blank')
  server.reply('Found it: a loose cable.')
  server.close('asked')
  await page.goto(address)
  await w.locator('.launcher span').filter({ hasText: '1' }).waitFor()
  assert.equal(await page.title(), '(1) Oak tables')
  await page.goto(address) // not looked at: still marked
  await w.locator('.launcher span').filter({ hasText: '1' }).waitFor()
  await w.locator('.launcher').click()
  await bubble(w, 'a loose cable').waitFor()
  await w.locator('.survey').waitFor()
  await page.waitForFunction(() => document.title === 'Oak tables')
  assert.equal(await page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.className), 'body log', 'without a composer the log has the focus')
})

test('a visitor who was here before finds earlier conversations, with what is unread in them', async (t) => {
  const v = await visit(t)
  const { server, page, w, address } = v
  await startChat(v)
  const at = '2026-02-01T09:00:00Z'
  const state = { conversation: '3', phase: 'closed' }
  server.past.set('3', { id: '3', state, entries: [{ conversation: '3', seq: 1, at, kind: 'message', author: { kind: 'agent', name: 'Bence', initials: 'BK' }, text: 'Your table is ready.' }] })
  server.history = [{ id: '3', phase: 'closed', at, text: 'Your table is ready.', agent: { name: 'Bence', initials: 'BK' }, unread: 1 }]
  await w.locator('header .icon').last().click()
  await page.goto(address)
  await w.locator('.launcher').click()
  await w.locator('header .icon').first().click()
  await w.locator('.past .count', { hasText: '1' }).waitFor()
  await accessible(page, 'history')
  await w.locator('.past').click()
  await bubble(w, 'Your table is ready.').waitFor()
  assert.equal(await w.locator('.box textarea').count(), 0)
  server.join()
  server.reply('I am here now.') // in the conversation that goes on
  await w.locator('header .icon').first().click()
  await w.locator('.card').first().click()
  await bubble(w, 'I am here now.').waitFor()
})

test('the end asks at once for stars, and writing still reaches the agent', async (t) => {
  const v = await visit(t)
  const { server, page, w } = v
  await startChat(v)
  server.join()
  await w.locator('[data-end]').click()
  await w.locator('.ask .main').click()
  await w.locator('.survey').waitFor()
  await accessible(page, 'wrap-up')
  assert.equal(await w.locator('[data-end]').count(), 0)
  await w.locator('.box textarea').fill('One thing more.')
  await w.locator('.send').click()
  await bubble(w, 'One thing more.').waitFor()
  server.refusal = { code: 'chat.survey_off', text: 'Nobody asked.' }
  await w.locator('.survey input').nth(4).check()
  await w.locator('.survey .main').click()
  await w.locator('.notice.bad', { hasText: 'Nobody asked.' }).waitFor()
  server.refusal = undefined
  await w.locator('.survey input').nth(4).check()
  await w.locator('.survey .main').click()
  await w.locator('.survey').waitFor({ state: 'detached' })
  assert.equal(server.surveys[0].stars, 5)
})

test('what came too late for its conversation goes out in a new one', async (t) => {
  const v = await visit(t)
  const { server, page, w, context } = v
  await startChat(v)
  server.join()
  await context.setOffline(true)
  server.refuseSockets = true
  server.cut()
  await w.locator('.box textarea').fill('and one more question')
  await page.keyboard.press('Enter')
  await w.locator('.waiting').waitFor()
  server.close()
  server.refuseSockets = false
  await context.setOffline(false)
  await w.locator('.failed').waitFor()
  await accessible(page, 'too late')
  await shot(page, 'too-late')
  await w.locator('.failed .link').first().click()
  await w.locator('.me .foot', { hasText: /·/ }).waitFor()
  assert.deepEqual(server.said.map((s) => s.text), ['My router restarts every night at two.', 'and one more question'])
  assert.notEqual(server.said[0].conversation, server.said[1].conversation)
  assert.deepEqual(server.prechat.fields, { name: 'Réka Kovács' })
})

test('who was only gone goes on in the same conversation', async (t) => {
  const v = await visit(t)
  const { server, page, w } = v
  await startChat(v)
  server.state({ phase: 'closed', gone: true })
  await w.locator('.standing', { hasText: 'Write again' }).waitFor()
  await accessible(page, 'gone')
  await w.locator('.box textarea').fill('Back again.')
  await page.keyboard.press('Enter')
  await w.locator('.standing', { hasText: 'in the queue' }).waitFor()
  assert.equal(server.said[1].conversation, server.said[0].conversation)
})

test('a message for later is found again with its answer', async (t) => {
  const { server, page, w, address } = await visit(t, { config: { hours: { open: false } } })
  await w.locator('.launcher').click()
  await w.locator('.card').click()
  await w.locator('input[name=name]').fill('Réka')
  await w.locator('input[name=email]').fill('reka@example.hu')
  await w.locator('textarea[name=text]').fill('Is the oak oiled?')
  await w.locator('input[name=consent]').check()
  await page.context().setOffline(true)
  await w.locator('form .main').click()
  await w.locator('.sent', { hasText: 'goes out as soon as' }).waitFor()
  await page.context().setOffline(false)
  await w.locator('.sent .main').click() // it has arrived: to the conversation
  await bubble(w, 'Is the oak oiled?').waitFor()
  await w.locator('header .icon').last().click()
  await page.goto('about:blank')
  server.reply('It is waxed.')
  await page.goto(address)
  await w.locator('.launcher span').filter({ hasText: '1' }).waitFor()
  await w.locator('.launcher').click()
  await bubble(w, 'It is waxed.').waitFor()
  await bubble(w, 'Is the oak oiled?').waitFor()
  assert.equal(server.offline.length, 1)
})

test('the way over the site is told with the first word, without secrets', async (t) => {
  const v = await visit(t)
  const { server, page, w, address } = v
  await w.locator('.launcher').waitFor()
  await page.goto(`${address}&token=secret&q=oak`)
  await w.locator('.launcher').waitFor() // the script comes when the page has loaded, and notes where it is
  await page.evaluate(() => history.pushState({}, '', `${location.pathname}?table=7`))
  await startChat(v)
  const paths = server.prechat.pages.map((p) => new URL(p.url).search)
  assert.equal(paths.length, 3)
  assert.match(paths[1], /q=oak/)
  assert.doesNotMatch(paths.join(), /secret/)
  assert.equal(paths[2], '?table=7')
})

test('on a site of another origin the logo is ours', async (t) => {
  const other = await new FakeServer().start()
  t.after(() => other.stop())
  const { page, w, server } = await visit(t)
  other.config = { brand: { name: 'Pannon Fibre', color: '#2f5bea', logo: '/w/logo/w_demo' } }
  await page.goto(`${server.base}/?server=${encodeURIComponent(other.base)}`)
  await w.locator('.launcher').click()
  await w.locator('.logo').waitFor()
  assert.equal(await w.locator('.logo').getAttribute('src'), `${other.base}/w/logo/w_demo`)
  await page.waitForFunction(() => document.querySelector('zongler-chat').shadowRoot.querySelector('.logo').naturalWidth > 0)
})

test('what is typed in the chat is no shortcut of the site', async (t) => {
  const v = await visit(t)
  const { page, w } = v
  await page.evaluate(() => {
    window.heard = []
    for (const name of ['keydown', 'keypress', 'keyup']) document.addEventListener(name, (e) => window.heard.push(e.key))
  })
  await startChat(v)
  await w.locator('.box textarea').focus()
  await page.keyboard.type('s/')
  assert.deepEqual(await page.evaluate(() => window.heard), [])
  await page.keyboard.press('Escape')
  assert.equal(await w.locator('.panel').count(), 0)
})

test('a new page neither takes the focus nor covers a phone', async (t) => {
  const v = await visit(t)
  const { page, w, context, address } = v
  await startChat(v)
  await page.reload()
  await w.locator('.box textarea').waitFor()
  await page.waitForTimeout(100)
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY')
  const small = await context.newPage()
  await small.setViewportSize(phone)
  await small.goto(address)
  await small.locator('zongler-chat .launcher').waitFor()
  await small.waitForTimeout(300)
  assert.equal(await small.locator('zongler-chat .panel').count(), 0)
})

test('a phone on its side is covered too', async (t) => {
  const v = await visit(t, { viewport: { width: 844, height: 390 } })
  await startChat(v)
  const box = await v.w.locator('.panel').boundingBox()
  assert.deepEqual([box.width, box.height], [844, 390])
})

test('who is known is asked only for what is not', async (t) => {
  const { server, w } = await visit(t)
  server.visitor = { id: 'v1', name: 'Réka', known: true, signed: ['name'], consent: '3' }
  await w.locator('.launcher').waitFor()
  await w.page().evaluate(() => window.zongler('identify', 'signed'))
  await w.locator('.launcher').click()
  await w.page().waitForFunction(() => localStorage['zongler:w_demo:token'])
  await w.locator('.card').first().click()
  await w.locator('select[name=topic]').waitFor()
  assert.equal(await w.locator('input').count(), 0)
})

test('the settings say where the widget sits, and the tag wins', async (t) => {
  const { w, page, address } = await visit(t, { config: { look: { side: 'left', theme: 'dark' } } })
  await w.locator('.launcher').click()
  const left = async () => (await w.locator('.launcher').boundingBox()).x < 100
  assert.equal(await left(), true)
  await w.locator('.panel').waitFor()
  assert.notEqual(await w.getAttribute('dark'), null)
  await page.goto(address.replace('attributes=', `attributes=${encodeURIComponent('data-position="right" data-theme="light"')}`))
  await w.locator('.launcher').waitFor()
  assert.equal(await left(), false)
})

test('a screen reader hears what comes while the panel is closed', async (t) => {
  const v = await visit(t)
  const { server, w } = v
  await startChat(v)
  server.join()
  await w.locator('header .icon').last().click()
  server.reply('Are you there?')
  await w.locator('p[role=status]', { hasText: 'Marta Zielińska: Are you there?' }).waitFor({ state: 'attached' })
})
