/** What the browser tests of the widget share: a visitor on a brand's page, the accessibility check, pictures. */
import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { FakeServer } from './server.mjs'

const out = path.resolve(import.meta.dirname, '../../e2e/out/widget')
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
export const desktop = { width: 1280, height: 800 }
export const phone = { width: 390, height: 844 }
let browser

/** Starts the browser that all tests of a file use. */
export async function openBrowser() {
  await mkdir(out, { recursive: true })
  browser = await chromium.launch({ executablePath: process.env.ZONGLER_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
}

export const closeBrowser = () => browser?.close()

/** Opens the site of a fresh server; the page fails the test on any error of its own. */
export async function visit(t, { viewport = desktop, attributes = '', scheme = 'light', config = {}, theme = 'light' } = {}) {
  const server = await new FakeServer().start()
  server.config = config
  const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce' })
  context.setDefaultTimeout(8000)
  const page = await context.newPage()
  const errors = []
  page.on('pageerror', (e) => errors.push(String(e)))
  page.on('console', (m) => m.type() === 'error' && !/WebSocket|ERR_|Failed to load resource/.test(m.text()) && errors.push(m.text()))
  const address = `${server.base}/?scheme=${scheme}&attributes=${encodeURIComponent(attributes)}`
  await page.goto(address)
  t.after(async () => {
    await context.close()
    server.stop()
    assert.deepEqual(errors, [], 'the page has errors')
  })
  return { server, page, context, address, w: page.locator('zongler-chat') }
}

export async function startChat({ w }, text = 'My router restarts every night at two.') {
  await w.locator('.launcher').click()
  await w.locator('.card').first().click()
  await w.locator('input[name=name]').fill('Réka Kovács')
  await w.locator('textarea[name=text]').fill(text)
  await w.locator('input[name=consent]').check()
  await w.locator('form .main').click()
  await w.locator('.me .foot', { hasText: /·/ }).waitFor()
}

export async function accessible(page, where) {
  await page.waitForTimeout(200)
  const found = await page.evaluate(`${axe};axe.run({ include: ['zongler-chat'] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`)
  const said = found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join('; ')}`)
  assert.deepEqual(said, [], where)
}

export const shot = (page, name) => page.screenshot({ path: path.join(out, `${name}.png`) })
