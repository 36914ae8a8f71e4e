// What the browser tests share: Chromium with the flags that work everywhere,
// screenshots, and the accessibility check.
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { chromium } from 'playwright-core'

const executablePath = process.env.ZONGLER_CHROMIUM ?? '/usr/bin/chromium'
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
let axeSource
const outDir = path.join(import.meta.dirname, 'out')
const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** The sizes that every screen is looked at. */
export const sizes = { desk: { width: 1440, height: 900 }, narrow: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

/** Whether screens are seen in few looks: what a quick run leaves out, a whole one has. */
export const few = process.env.ZONGLER_E2E_LOOKS === 'few'

/** The looks in which a screen is seen: all, or the first. */
export const chosen = (looks) => (few ? looks.slice(0, 1) : looks)

/** Starts Chromium; close it with `browser.close()`. */
export function launch() {
  return chromium.launch({ executablePath, args: flags })
}

/**
 * Opens a page of a fresh visitor at a base address. Errors of the page's scripts,
 * and what its content policy refuses, are collected in `page.faults`.
 */
export async function visit(browser, { baseURL, size = 'desk', theme = 'light', language = 'en', scale = 1, forced = false }) {
  const { width, height } = sizes[size]
  // Zooming makes the window hold less, and each point of it larger.
  const viewport = { width: Math.round(width / scale), height: Math.round(height / scale) }
  const context = await browser.newContext({ baseURL, viewport, colorScheme: theme, locale: language, deviceScaleFactor: scale, reducedMotion: 'reduce', hasTouch: size === 'phone', forcedColors: forced ? 'active' : 'none' })
  await context.addInitScript(watchShifts)
  await context.addInitScript(() => performance.setResourceTimingBufferSize(2000)) // the desk has more parts than the 250 that are kept
  const page = await context.newPage()
  page.faults = []
  // Its layout and its colours are each seen in another look too: tests that go through all looks check it once less.
  page.alike = size === 'narrow' || (size === 'phone' && theme === 'light')
  page.on('pageerror', (error) => page.faults.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) page.faults.push(message.text())
  })
  return page
}

/** Adds up how far things move by themselves, as CLS does: not after what a person has just done. */
function watchShifts() {
  globalThis.shifts = { sum: 0, told: [] }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue
      globalThis.shifts.sum += entry.value
      globalThis.shifts.told.push(...entry.sources.map(({ node }) => `${entry.value.toFixed(4)} ${node?.nodeName} ${node?.className ?? ''}`))
    }
  }).observe({ type: 'layout-shift', buffered: true })
}

const mostShift = 0.02

/** Throws if the page has moved under its reader while it came to be. */
export async function checkSteady(page, where) {
  const { sum, told } = await page.evaluate(() => globalThis.shifts)
  if (sum > mostShift) throw new Error(`${where} has moved by ${sum.toFixed(3)}:\n${told.join('\n')}`)
}

/** Saves a picture of the page under e2e/out, for people who look: not in a quick run. */
export async function shot(page, name) {
  if (few) return
  await mkdir(outDir, { recursive: true })
  await page.screenshot({ path: path.join(outDir, `${name}.png`), animations: 'disabled' })
}

/** Throws if the page breaks a rule of WCAG 2.2 A or AA, naming the elements. */
export async function checkAccessible(page, where) {
  axeSource ??= await readFile(axePath, 'utf8')
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource)
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), wcag)
  if (violations.length === 0) return
  const told = violations.map((v) => `${v.id}: ${v.help}\n${v.nodes.map((n) => `    ${n.target.join(' ')}: ${n.failureSummary}`).join('\n')}`)
  throw new Error(`${where} is not accessible:\n${told.join('\n')}`)
}

/** Throws if the page is wider than its window: something pushed it. */
export async function checkFits(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (over > 0) throw new Error(`${where} is ${over} px too wide`)
}

/** Asks in the page again and again until the answer is true. `page.waitForFunction` does not wait for a promise. */
export async function eventually(page, ask, about) {
  for (const late = Date.now() + 30_000; ; ) {
    // oxlint-disable-next-line no-await-in-loop
    if (await page.evaluate(ask, about)) return
    if (Date.now() > late) throw new Error(`never true: ${ask}`)
    // oxlint-disable-next-line no-await-in-loop
    await page.waitForTimeout(100)
  }
}
