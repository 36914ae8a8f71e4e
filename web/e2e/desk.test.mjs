// The agent's desk in a real browser, in all languages, themes and sizes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addDesk, freshEntry, freshRow, offer } from './fixtures/desk.mjs'
import { startMock } from './fixtures/mock.mjs'
import { checkAccessible, checkFits, chosen, few, launch, shot, visit } from './harness.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser.close())

const looks = [
  { size: 'desk', theme: 'light', language: 'en' },
  { size: 'desk', theme: 'dark', language: 'en' },
  { size: 'desk', theme: 'light', language: 'pl' },
  { size: 'narrow', theme: 'dark', language: 'hu' },
]
const phones = [
  { size: 'phone', theme: 'light', language: 'pl' },
  { size: 'phone', theme: 'dark', language: 'hu' },
]
const plain = looks[0]
const nameOf = (look) => Object.values(look).join('-')
const open = '/conversations?c=50000'

/** Runs a visit to an own desk and fails on any fault of the page. */
async function on(look, act, rows) {
  const mock = await startMock()
  addDesk(mock.world, rows)
  Object.assign(mock.world.user, { language: look.language })
  const page = await visit(browser, { ...look, baseURL: mock.baseURL })
  try {
    await act(page, mock)
    assert.deepEqual(page.faults, [])
  } finally {
    await page.context().close()
    await mock.stop()
  }
}

async function inspect(page, name) {
  await page.evaluate(() => document.fonts.ready)
  await shot(page, name)
  await checkFits(page, name)
  if (!page.alike) await checkAccessible(page, name)
}

const log = (page) => page.getByRole('log')
const ready = async (page) => {
  await log(page).getByText('And how long will that take?').waitFor()
  await page.locator('aside').getByText('Pannon Fibre').waitFor()
}

for (const look of chosen(looks)) {
  const name = nameOf(look)
  test(`desk, ${name}`, () =>
    on(look, async (page, mock) => {
      await page.goto(open)
      await ready(page)
      mock.say('viewers', { conversation_id: '50000', viewers: [{ id: '1', name: 'Marta Zając' }, { id: '2', name: 'Bálint Kiss' }] })
      mock.say('typing', { conversation_id: '50000', who: '2', name: 'Bálint Kiss', on: true })
      mock.say('typing', { conversation_id: '50001', who: 'customer', name: 'Réka Tóth', on: true })
      await page.getByText(/typing…|pisze…|ír…/).first().waitFor()
      await inspect(page, `desk-${name}`)
      mock.world.offers.push(offer())
      mock.say('offer', { offer: mock.world.offers[0] })
      await page.getByRole('article').getByText('Piotr Nagy').waitFor()
      await inspect(page, `offer-${name}`)
    }))

  test(`desk without a conversation and its dialogs, ${name}`, () =>
    on(look, async (page) => {
      await page.goto('/conversations?view=mentions')
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('[data-list] p').first().waitFor()
      await inspect(page, `empty-${name}`)
      await page.goto(open)
      await ready(page)
      await page.keyboard.press('t')
      await page.getByRole('radio').first().waitFor()
      await page.getByRole('radio').first().check({ force: true })
      await inspect(page, `transfer-${name}`)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.keyboard.press('e')
      await page.locator('[name="note"]').waitFor()
      await page.keyboard.press('n')
      await page.keyboard.type('@')
      await page.getByRole('option').first().waitFor()
      await inspect(page, `wrapup-${name}`)
    }))
}

for (const look of few ? phones.slice(1) : phones) {
  const name = nameOf(look)
  test(`desk on a phone, ${name}`, () =>
    on(look, async (page, mock) => {
      await page.goto('/conversations')
      await page.getByRole('link', { name: /Réka Tóth/ }).first().waitFor()
      await inspect(page, `list-${name}`)
      mock.say('offer', { offer: offer() })
      await page.getByRole('article').getByText('Piotr Nagy').waitFor()
      await inspect(page, `offer-${name}`)
      mock.say('offer.ended', { id: '600', result: 'withdrawn' })
      await page.getByRole('link', { name: /Eszter Kovács/ }).first().click()
      await log(page).getByText('And how long will that take?').waitFor()
      await inspect(page, `conversation-${name}`)
    }))
}

test('a list of ten thousand scrolls to its end by keys, with few rows in the page', () =>
  on(plain, async (page) => {
    await page.goto('/conversations?view=all')
    await page.getByRole('link', { name: /Réka Tóth/ }).first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.locator('[data-index="0"] a[aria-current="true"]').waitFor()
    await page.locator('[data-index="0"] a').focus()
    await page.keyboard.press('End')
    await page.waitForFunction(() => Number(document.querySelector('a[aria-current="true"]')?.closest('li')?.dataset.index) >= 99)
    assert.ok((await page.locator('[data-list] li').count()) < 60)
  }))

test('new conversations gather in a pill and come in when asked', () =>
  on(plain, async (page, mock) => {
    await page.goto('/conversations?view=all')
    const first = page.locator('[data-index="0"]')
    await first.waitFor()
    const shown = await first.innerText()
    await page.mouse.move(200, 400)
    mock.say('conversation', freshRow(1, { due_at: new Date(Date.now() - 3_600_000).toISOString(), customer: { id: '1', name: 'Zofia Wilk' } }))
    mock.say('conversation', freshRow(2, { due_at: new Date(Date.now() - 3_500_000).toISOString() }))
    const pill = page.getByRole('button', { name: '2 new' })
    await pill.waitFor()
    assert.equal(await first.innerText(), shown)
    await pill.click()
    await first.getByText('Zofia Wilk').waitFor()
    // A look takes longer than the list waits for a pointer that rests, so it is taken of another.
    await page.mouse.move(200, 420)
    mock.say('conversation', freshRow(3, { due_at: new Date(Date.now() - 3_700_000).toISOString() }))
    await page.getByRole('button', { name: '1 new' }).waitFor()
    await inspect(page, 'pill')
  }))

test('a reply stands at once, is confirmed, and a stale one asks first', () =>
  on(plain, async (page, mock) => {
    await page.goto(open)
    await ready(page)
    await page.keyboard.press('r')
    await page.keyboard.type('About an hour.')
    await page.keyboard.press('Control+Enter')
    await log(page).getByText('About an hour.').waitFor()
    await log(page).getByText('Sent', { exact: true }).waitFor()
    assert.equal(await page.getByRole('textbox', { name: 'Reply to Eszter Kovács' }).inputValue(), '')

    mock.world.refuse = [409, { status: 409, code: 'reply.stale', values: { count: 1 } }]
    mock.world.entries.push(freshEntry(16, { text: 'Never mind, I found it!' }))
    await page.keyboard.type('One more thing')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Eszter Kovács has written since').waitFor()
    await log(page).getByText('Never mind, I found it!').waitFor()
    await inspect(page, 'stale')
    await page.getByRole('button', { name: 'Send anyway' }).click()
    await page.getByText('Eszter Kovács has written since').waitFor({ state: 'detached' })

    mock.world.refuse = [409, { status: 409, code: 'reply.answered', values: { count: 1, agent: 'Marta Zając' } }]
    await page.keyboard.press('r')
    await page.keyboard.type('As said')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Marta Zając has answered since').waitFor()
    await page.getByRole('button', { name: 'Send anyway' }).click()
    await page.getByText('Marta Zając has answered since').waitFor({ state: 'detached' })

    mock.world.refuse = [422, { status: 422, code: 'internal' }]
    await page.keyboard.press('r')
    await page.keyboard.type('This one fails')
    await page.keyboard.press('Control+Enter')
    await log(page).getByText('Not sent.').waitFor()
    await inspect(page, 'failed')
    await page.reload()
    await log(page).getByText('This one fails').waitFor()
  }))

test('what is typed survives a reload, and a later draft of another device is offered', () =>
  on(plain, async (page, mock) => {
    await page.goto(open)
    await ready(page)
    await page.keyboard.press('r')
    await page.keyboard.type('Half a sentence')
    await page.getByText('Draft saved').waitFor()
    mock.world.drafts = [{ mode: 'reply', text: 'Written on the phone', rev: 40 }]
    await page.reload()
    await ready(page)
    await page.keyboard.press('r')
    await page.getByRole('textbox', { name: /Reply to/ }).fill('Half a sentence more')
    mock.world.drafts = [{ mode: 'reply', text: 'Written on the phone', rev: 90 }]
    await page.waitForTimeout(600)
    await page.reload()
    await page.getByText('Written later on another device:').waitFor()
    await inspect(page, 'draft')
    await page.getByRole('button', { name: 'Use that' }).click()
    assert.equal(await page.getByRole('textbox', { name: /Reply to/ }).inputValue(), 'Written on the phone')
  }))

test('canned replies come by a slash with their variables filled', () =>
  on(plain, async (page) => {
    await page.goto(open)
    await ready(page)
    await page.keyboard.press('r')
    await page.keyboard.type('/')
    await page.getByRole('option', { name: /Greeting/ }).waitFor()
    await inspect(page, 'canned')
    await page.keyboard.press('Enter')
    assert.equal(await page.getByRole('textbox', { name: /Reply to/ }).inputValue(), 'Hello Eszter, this is Marta. How can I help?')
  }))

test('a macro is found, shown before it acts, and says where it was stopped', () =>
  on(plain, async (page) => {
    await page.goto(open)
    await ready(page)
    await page.keyboard.press('Shift+M')
    await page.getByRole('searchbox', { name: 'Search macros' }).fill('ref')
    await page.keyboard.press('Enter')
    await page.getByText('your money is on its way').waitFor()
    await inspect(page, 'macro')
    await page.getByRole('button', { name: 'Apply macro' }).click()
    await page.getByText('Not all was done').waitFor()
    await inspect(page, 'macro-stopped')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }))

test('an offer is accepted by key while typing and opens its conversation', () =>
  on(plain, async (page, mock) => {
    await page.goto(open)
    await ready(page)
    await page.keyboard.press('r')
    await page.keyboard.type('Typing on')
    mock.say('offer', { offer: offer() })
    await page.getByRole('article').getByText('Piotr Nagy').waitFor()
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'TEXTAREA')
    await page.keyboard.press('Alt+a')
    await page.waitForURL('**/conversations?view=mine&c=*50003*')
  }))

test('wrap-up asks for what the queue needs, and the next conversation takes the place', () =>
  on(plain, async (page) => {
    await page.goto(open)
    await ready(page)
    await page.keyboard.press('e')
    await page.locator('[name="note"]').waitFor()
    await inspect(page, 'wrapup')
    await page.locator('[name="note"]').fill('Called back')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Say how it ended').waitFor()
    await page.getByRole('combobox', { name: 'How it ended' }).or(page.locator('[name="disposition_id"]')).first().click()
    await page.getByRole('option', { name: 'Solved' }).click()
    await page.locator('[name="note"]').press('Control+Enter')
    await page.getByText('Finished: Eszter Kovács').waitFor()
    await page.waitForURL('**/conversations?c=*50001*')
  }))

test('a missed offer says so and leads back', () =>
  on(plain, async (page, mock) => {
    Object.assign(mock.world.presence, { state: 'away', activity: 'away', system: 'missed_offer', since: new Date().toISOString() })
    await page.goto(open)
    await ready(page)
    await page.getByText('You missed an offer').waitFor()
    await inspect(page, 'missed')
  }))

test('files show their progress and limits in words', () =>
  on(plain, async (page) => {
    await page.goto(open)
    await ready(page)
    await page.locator('input[type=file]').setInputFiles([
      { name: 'zdjęcie.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') },
      { name: 'film.mov', mimeType: 'video/quicktime', buffer: Buffer.alloc(11 * 1024 * 1024) },
    ])
    await page.getByText('zdjęcie.txt').waitFor()
    await page.getByText('Larger than 10 MB').waitFor()
    await inspect(page, 'files')
  }))

test('the customer is edited beside the conversation', () =>
  on(plain, async (page) => {
    await page.goto(open)
    await ready(page)
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await inspect(page, 'customer-edit')
    await page.locator('[name="name"]').fill('')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.locator('[name="name"][aria-invalid="true"]').waitFor()
    await page.locator('[name="name"]').fill('Eszter Kovács-Nagy')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('heading', { name: 'Eszter Kovács-Nagy' }).waitFor()
  }))
