/** A message that comes while the panel is closed is shown beside the launcher, and read only once it is looked at. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, closeBrowser, desktop, openBrowser, phone, shot, startChat, visit } from './site.mjs'

before(openBrowser)
after(closeBrowser)

const focused = (page) => page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.className ?? document.activeElement.tagName)
const long = 'Dzień dobry! Sprawdziłam router: kabel w piwnicy jest luźny, dlatego restartuje się każdej nocy o drugiej. Czy mogę umówić technika?'

/** A visitor who has closed the panel in the middle of a conversation. */
async function away(t, how) {
  const v = await visit(t, how)
  await startChat(v)
  v.server.join()
  await v.w.locator('header .icon').last().click()
  await v.w.locator('.panel').waitFor({ state: 'detached' })
  return v
}

for (const [language, theme, side] of [
  ['en', 'light', 'right'],
  ['pl', 'dark', 'right'],
  ['hu', 'light', 'left'],
]) {
  test(`it is beside the launcher: ${language}, ${theme}, ${side}`, async (t) => {
    const { server, page, w } = await away(t, { scheme: theme, attributes: `data-lang=${language} data-position=${side}` })
    server.reply(long)
    await w.locator('.preview b', { hasText: 'Marta Zielińska' }).waitFor()
    const text = await w.locator('.preview small').textContent()
    assert.equal([...text].length <= 80 && text.endsWith('…') && long.startsWith(text.slice(0, -1)), true, text)
    await w.locator('.launcher span', { hasText: '1' }).waitFor()
    await shot(page, `preview-${language}-${theme}-${side}`)
    await accessible(page, 'preview')
    const [preview, launcher] = [await w.locator('.preview').boundingBox(), await w.locator('.launcher').boundingBox()]
    const apart = side === 'left' ? preview.x - launcher.x - launcher.width : launcher.x - preview.x - preview.width
    assert.equal(apart > 0, true, 'it covers the launcher')
  })
}

test('it takes no focus, opens the conversation, and nothing is read before that', async (t) => {
  const { server, page, w } = await away(t)
  await page.evaluate(() => {
    document.body.tabIndex = 0
    document.body.focus()
  })
  server.reply('Are you there?')
  await w.locator('.preview').waitFor()
  assert.equal(await focused(page), 'BODY')
  await w.locator('p[role=status]', { hasText: 'Marta Zielińska: Are you there?' }).waitFor({ state: 'attached' })
  assert.equal(server.conversation.state.visitor_read ?? 0, 0)
  await w.locator('.peek').click()
  await w.locator('.bubble', { hasText: 'Are you there?' }).waitFor()
  assert.equal(await w.locator('.preview').count(), 0)
  await page.waitForTimeout(1300)
  assert.equal(server.conversation.state.visitor_read, server.seq())
})

test('it goes with its button or Escape, and comes back only with another message', async (t) => {
  const { server, page, w, address } = await away(t)
  server.reply('one')
  await w.locator('.preview .icon').focus()
  await page.keyboard.press('Enter')
  await w.locator('.preview').waitFor({ state: 'detached' })
  assert.match(await focused(page), /launcher/)
  server.reply('two')
  await w.locator('.preview', { hasText: 'two' }).waitFor()
  await page.keyboard.press('Escape')
  await w.locator('.preview').waitFor({ state: 'detached' })
  await page.goto(address)
  await w.locator('.launcher span', { hasText: '2' }).waitFor()
  assert.equal(await w.locator('.preview').count(), 0)
  server.reply('three')
  await w.locator('.preview', { hasText: 'three' }).waitFor()
})

test('it never covers what is on a phone', async (t) => {
  const { server, page, w } = await away(t, { viewport: phone })
  server.reply('Are you there?')
  await w.locator('.launcher span', { hasText: '1' }).waitFor()
  await w.locator('p[role=status]', { hasText: 'Are you there?' }).waitFor({ state: 'attached' })
  assert.equal(await w.locator('.preview').isVisible(), false)
  await shot(page, 'preview-phone')
  await page.setViewportSize(desktop)
  assert.equal(await w.locator('.preview').isVisible(), true)
})

test('what was typed without a network and goes out from a closed panel reads nothing', async (t) => {
  const v = await visit(t)
  const { server, context, page, w } = v
  await startChat(v)
  server.join()
  await page.waitForTimeout(1300)
  const read = server.conversation.state.visitor_read
  await context.setOffline(true)
  server.refuseSockets = true
  server.cut()
  await w.locator('.box textarea').fill('and one thing more')
  await page.keyboard.press('Enter')
  await w.locator('.waiting').waitFor()
  await w.locator('header .icon').last().click()
  server.reply('Nobody has seen this.')
  server.refuseSockets = false
  await context.setOffline(false)
  await w.locator('.launcher span', { hasText: '1' }).waitFor({ timeout: 20_000 })
  await page.waitForTimeout(1300)
  assert.equal(server.said.at(-1).text, 'and one thing more')
  assert.equal(server.conversation.state.visitor_read, read)
  await w.locator('.preview', { hasText: 'Nobody has seen this.' }).waitFor()
})
