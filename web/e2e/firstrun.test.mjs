// What an administrator does on the first day, against the real program with an
// empty data folder: set it up, put the chat on a site, and answer its first visitor.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { checkAccessible, launch, shot, visit } from './harness.mjs'
import { start } from './server.mjs'

let server
let browser
let site

before(async () => {
  server = await start('serve')
  browser = await launch()
  site = await openSite()
})
after(async () => {
  await browser?.close()
  site?.close()
  await server?.stop()
})

/** A site of somebody else: one page, whose head is what `line` says. */
async function openSite() {
  const http = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><html lang="pl"><title>Kwiaciarnia</title><h1>Kwiaciarnia</h1>${site.line}</html>`))
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
  return { line: '', host: `localhost:${http.address().port}`, close: () => http.close() }
}

test('an empty installation is set up, and its first visitor is answered', async () => {
  const admin = await visit(browser, { baseURL: server.baseURL })
  admin.setDefaultTimeout(20_000)
  await admin.goto(/Set it up here: (\S+)/.exec(server.log())[1])
  const next = () => admin.locator('button[type=submit]').click()
  await admin.locator('[name="operator.name"]').fill('Centrum Kontaktu')
  await admin.locator('[name="administrator.name"]').fill('Grace Allen')
  await admin.locator('[name="administrator.email"]').fill('grace@centrum.example')
  await admin.locator('[name="administrator.password"]').fill('cztery słowa razem')
  await next()
  await admin.locator('[name="brand.name"]').fill('Kwiaciarnia Róża')
  await next()
  await admin.locator('[name="widget.name"]').fill('Strona główna')
  await admin.getByRole('combobox', { name: 'Sites that may show it' }).fill(site.host)
  await next()
  await admin.locator('[name="queue.name"]').fill('Pytania')
  await next()

  await admin.getByRole('heading', { name: 'Set-up' }).waitFor() // what is left to do
  await shot(admin, 'firstrun-overview')
  await checkAccessible(admin, 'the overview after the set-up')
  assert.equal(await admin.getByText('Give every queue its agents').getByRole('link').count(), 0, 'who sets up serves the first queue')

  await admin.getByRole('link', { name: 'Strona główna' }).click()
  await admin.getByRole('tab', { name: 'Put on a site' }).click()
  site.line = await admin.getByRole('textbox', { name: 'Line for your pages' }).inputValue()
  await admin.goto('/conversations')
  await admin.getByRole('button', { name: 'Become available' }).click()

  const visitor = await visit(browser, { baseURL: `http://${site.host}` })
  visitor.setDefaultTimeout(20_000)
  await visitor.goto('/')
  const widget = visitor.locator('zongler-chat')
  await widget.locator('.launcher').click()
  await widget.locator('.card').first().click()
  await widget.locator('textarea').first().fill('Czy macie piwonie?')
  await visitor.keyboard.press('Enter')
  const offer = admin.getByRole('article', { name: 'Unnamed customer' }).filter({ hasText: 'Czy macie piwonie?' })
  await offer.getByRole('button', { name: /Accept/ }).click()
  await admin.getByRole('log').getByText('Czy macie piwonie?').waitFor()
  await admin.getByText('Unnamed customer will read this in the chat').waitFor() // nobody was asked for a name
  const composer = admin.getByRole('textbox', { name: 'Reply to Unnamed customer' })
  await composer.fill('Tak, od maja.')
  await composer.press('Control+Enter')
  await widget.locator('.them .bubble', { hasText: 'Tak, od maja.' }).waitFor()
  await shot(visitor, 'firstrun-visitor')
  assert.deepEqual(admin.faults.filter((f) => !/401/.test(f)), [])
  assert.deepEqual(visitor.faults, [])
  await visitor.context().close()
  await admin.context().close()
})
