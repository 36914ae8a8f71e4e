// The main screens as some people need them: forced colours, and everything twice as large. And how still they stand.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { addAdmin } from './fixtures/admin.mjs'
import { addBoard } from './fixtures/board.mjs'
import { addDesk } from './fixtures/desk.mjs'
import { startMock } from './fixtures/mock.mjs'
import { checkAccessible, checkFits, checkSteady, few, launch, shot, visit } from './harness.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser.close())

/** Name, address, what the stand-in needs to know, and what is there when the screen is. */
const screens = [
  ['login', '/login', () => {}, (page) => page.getByRole('listitem').first()],
  ['list', '/conversations', (w) => addDesk(w, 300), (page) => page.locator('[data-list] li').first()],
  ['desk', '/conversations?c=50000', (w) => addDesk(w, 300), (page) => page.getByRole('log').getByText('And how long will that take?')],
  ['board', '/board', (w) => addBoard(w), (page) => page.getByRole('heading', { name: 'Technical', exact: true })],
  ['figures', '/figures', (w) => addBoard(w), (page) => page.getByRole('row').nth(3)],
  ['users', '/admin/users', (w) => addAdmin(w), (page) => page.locator('main table')],
  ['me', '/me', (w) => (w.signedIn = true), (page) => page.getByRole('heading', { level: 2 }).first()],
]

/** Opens a screen and fails on any fault of the page. */
async function on([, address, prepare, there], look, act) {
  const mock = await startMock()
  prepare(mock.world)
  const page = await visit(browser, { ...look, baseURL: mock.baseURL })
  try {
    await page.goto(address)
    await there(page).waitFor()
    await page.evaluate(() => document.fonts.ready)
    await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
    await act(page)
    assert.deepEqual(page.faults, [])
  } finally {
    await page.context().close()
    await mock.stop()
  }
}

/** Whether what has the focus shows it: an outline or a border that is not there otherwise. */
const showsFocus = (page) =>
  page.evaluate(() => {
    const outlined = (e) => e && getComputedStyle(e).outlineStyle !== 'none' && parseFloat(getComputedStyle(e).outlineWidth) >= 1
    const at = document.activeElement
    return outlined(at) || outlined(at?.closest(':focus-within:not(body, main)')) || getComputedStyle(at).borderStyle !== 'none'
  })

/** What is current or chosen and does not show it by a line. */
const hiddenChoices = (page) =>
  page.evaluate(() => {
    const chosen = [...document.querySelectorAll('[aria-current]:not([aria-current=false]), [aria-pressed=true]')]
    return chosen.filter((e) => e.checkVisibility() && getComputedStyle(e).outlineStyle === 'none').map((e) => e.outerHTML.slice(0, 80))
  })

describe('looks', { concurrency: 2 }, () => {
  for (const screen of screens) {
    const [name] = screen
    test(`${name} stands still while it loads`, () => on(screen, {}, (page) => checkSteady(page, name)))
    if (few) continue
    test(`${name} stands still on a phone`, () => on(screen, { size: 'phone' }, (page) => checkSteady(page, name)))

    test(`${name} at 200 %`, () =>
      on(screen, { scale: 2 }, async (page) => {
        await shot(page, `zoom-${name}`)
        await checkFits(page, name)
        await checkAccessible(page, name)
      }))

    test(`${name} in forced colours`, () =>
      on(screen, { forced: true, theme: 'dark' }, async (page) => {
        await page.keyboard.press('Tab')
        await page.keyboard.press('Tab')
        assert.ok(await showsFocus(page), 'the focus is seen')
        assert.deepEqual(await hiddenChoices(page), [], 'what is current or chosen is seen')
        await shot(page, `forced-${name}`)
        await checkFits(page, name)
      }))
  }
})
