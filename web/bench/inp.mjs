// Works at the desk as people do, in a real browser against the real program with
// the demo's past, and says how long it took until each key and click was answered
// on the screen. It fails if something cannot be done, never because of time.
import { launch } from '../e2e/harness.mjs'
import { start } from '../e2e/server.mjs'
import { Tally, paints, prepare, settle } from './measure.mjs'

const size = { width: 1440, height: 900 }
const patience = 30_000
const reply = 'Good morning, thank you for waiting. I have looked at your line and it restarts at night; a colleague comes tomorrow.'

/** Opens a desk as one of the demo's people, in English. */
async function desk(browser, baseURL, person, at) {
  const context = await browser.newContext({ baseURL, viewport: size, locale: 'en' })
  await prepare(context)
  const page = await context.newPage()
  page.setDefaultTimeout(patience)
  await page.goto('/login')
  await page.getByRole('button', { name: new RegExp(person) }).click()
  await page.waitForURL(/conversations|board|figures|admin/)
  await page.request.patch('/api/v1/me', { data: { language: 'en' }, headers: { origin: baseURL } })
  await page.goto(at)
  return page
}

const rows = (page) => page.locator('[data-list] li a')

/** Goes through lists, conversations and views as a supervisor does. */
async function browse(page, tally) {
  await rows(page).nth(8).waitFor()
  const log = page.getByRole('log')
  await tally.of('next and previous (J, K)', page, async () => {
    for (const key of 'jjjjjjjjjjjjjjjjjjjjkkkkkkkkkkjjjjjjjjjjkkkkk') {
      await page.keyboard.press(key)
      await settle(page)
    }
    await log.waitFor()
  })
  await tally.of('opening a conversation (click)', page, async () => {
    for (const at of [0, 3, 6, 1, 4, 7, 2, 5, 0, 6, 2, 4]) {
      await rows(page).nth(at).click()
      await settle(page)
    }
  })
  await tally.of('card of the customer (])', page, async () => {
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press(']')
      await settle(page)
    }
  })
  await tabs(page, tally)
  await tally.of('switching views (click)', page, async () => {
    for (const view of ['all', 'closed', 'mine', 'queues', 'closed', 'unassigned', 'all', 'closed']) {
      await page.locator(`[data-view="${view}"]`).click()
      await settle(page)
    }
  })
  await commands(page, tally)
}

/** Looks at each tab of the card, where it has some. */
async function tabs(page, tally) {
  const all = page.locator('aside [role=tab]')
  if ((await all.count()) === 0) return
  await tally.of('tabs of the card (click)', page, async () => {
    for (let i = 0; i < 2 * (await all.count()); i++) {
      await all.nth(i % (await all.count())).click()
      await settle(page)
    }
  })
}

async function commands(page, tally) {
  await tally.of('commands (Ctrl K, typing, Escape)', page, async () => {
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Control+k')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.type('board', { delay: 60 })
      await page.keyboard.press('ArrowDown')
      await settle(page)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
  })
}

/** A visitor writes and waits; returns when that is stored. */
async function visitor(browser, baseURL, slug, name, text) {
  const context = await browser.newContext({ baseURL })
  const page = await context.newPage()
  page.setDefaultTimeout(patience)
  await page.goto(`/demo/${slug}`)
  const widget = page.locator('zongler-chat')
  await widget.locator('.launcher').click()
  await widget.locator('.card').first().click()
  await widget.locator('input[name=name]').fill(name)
  await widget.locator('textarea[name=text]').fill(text)
  await widget.locator('input[name=consent]').check()
  await widget.locator('form .main').click()
  await widget.locator('.me .foot').first().waitFor()
}

/** Accepts what is offered, answers and takes a note, as an agent does. */
async function answer(page, browser, baseURL, tally) {
  await page.request.put('/api/v1/me/presence', { data: { state: 'available' }, headers: { origin: baseURL } })
  await visitor(browser, baseURL, 'fala-net', 'Zofia Wilk', 'Od rana nie działa mi internet.')
  const offer = page.getByRole('article').filter({ hasText: 'Zofia Wilk' })
  await offer.waitFor()
  await tally.of('accepting an offer (click)', page, async () => {
    await offer.getByRole('button', { name: /Accept/ }).click()
    await page.getByRole('log').getByText('Od rana nie działa').waitFor()
  })
  for (let i = 1; i <= 4; i++) {
    await tally.of('to the composer (R)', page, () => page.keyboard.press('r'))
    await tally.of('typing a reply', page, () => page.keyboard.type(`${reply} ${i}`, { delay: 45 }))
    await tally.of('sending (Ctrl Enter)', page, async () => {
      await page.keyboard.press('Control+Enter')
      await page.getByRole('log').getByText(`${reply} ${i}`).waitFor()
    })
    await page.keyboard.press('Escape')
  }
}

const server = await start('demo', '--traffic=false')
const browser = await launch()
try {
  const tally = new Tally()
  const supervisor = await desk(browser, server.baseURL, 'Marta Zając', '/conversations?view=closed')
  await browse(supervisor, tally)
  const seen = await paints(supervisor)
  const agent = await desk(browser, server.baseURL, 'Kamil Wróbel', '/conversations')
  await answer(agent, browser, server.baseURL, tally)
  const lines = [`Chromium ${browser.version()}, ${size.width} by ${size.height}, the demo's past`, '', ...tally.report(), '', `desk of a supervisor: ${seen}`, `desk of an agent: ${await paints(agent)}`]
  process.stdout.write(`${lines.join('\n')}\n`)
} finally {
  await browser.close()
  await server.stop()
}
