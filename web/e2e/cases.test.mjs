// Cases in a real browser against the real program: opened from a conversation,
// found in the list and on the board, moved by dragging and by keys, merged,
// and resolved; their setup; and how all of it looks in every language and theme.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkAccessible, checkFits, chosen, launch, shot, visit } from './harness.mjs'
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

// Each layout and each theme once; the desk’s other screens go through all sizes.
const looks = [
  { size: 'desk', theme: 'light', language: 'en' },
  { size: 'desk', theme: 'dark', language: 'pl' },
  { size: 'phone', theme: 'dark', language: 'hu' },
]

/** Opens a desk as one of the demo's people. */
async function desk(person, at, { language = 'en', theme = 'light', ...look } = {}) {
  const page = await visit(browser, { baseURL: server.baseURL, language, theme, ...look })
  page.setDefaultTimeout(20_000)
  await page.goto('/login')
  await page.getByRole('button', { name: new RegExp(person) }).click()
  await page.waitForURL(/conversations|board|figures|admin|cases/)
  await send(page, 'patch', '/api/v1/me', { language, theme })
  await page.goto(at)
  return page
}

async function send(page, method, address, data) {
  const answer = await page.request[method](address, { data, headers: { origin: server.baseURL } })
  assert.ok(answer.ok(), `${address}: ${answer.status()} ${await answer.text()}`)
  return answer.status() === 204 ? undefined : answer.json()
}

const ask = async (page, address) => (await page.request.get(address)).json()

/** Writes as a new visitor of a brand's page, which stays open: what was written is on its way still. */
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
}

async function inspect(page, name) {
  await page.evaluate(() => document.fonts.ready)
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
  await shot(page, `cases-${name}`)
  await checkFits(page, name)
  if (!page.alike) await checkAccessible(page, name)
}

const column = (page, name) => page.getByRole('region', { name, exact: true })
const cardOf = (page, at, subject) => column(page, at).locator('[data-case]', { hasText: subject })
const toast = (page, text) => page.getByRole('region', { name: 'Messages' }).or(page.locator('section[aria-live=polite]')).getByText(text).first()

const mostAsked = 100 // times, a fifth of a second apart

/** Asks the server until what it answers is as wanted: what is shown at once is true there a moment later. */
async function until(page, address, find) {
  for (let times = 1; ; times++) {
    const found = find(await ask(page, address))
    if (found) return found
    assert.ok(times < mostAsked, `${address} never came true`)
    await page.waitForTimeout(200)
  }
}

/** The conversation of a customer, as soon as it is there. */
const conversationOf = (page, name) => until(page, '/api/v1/conversations?view=all&limit=50', ({ items }) => items.find((c) => c.customer.name === name))

test('a case is opened from a conversation, moved on the board and resolved', async () => {
  await visitor('fala-net', 'Zofia Wilk', 'Od rana nie działa mi internet.')
  const page = await desk('Marta Zając', '/conversations')
  const talk = await conversationOf(page, 'Zofia Wilk')
  await page.goto(`/conversations/${talk.id}`)
  const panel = page.getByRole('region', { name: 'Cases', exact: true })
  await panel.getByText('No case yet.').waitFor()
  await panel.getByRole('button', { name: 'New case' }).click()
  await page.getByRole('textbox', { name: 'Subject' }).fill('No internet since morning')
  await page.keyboard.press('Enter')
  await toast(page, /Case #1 opened/).waitFor()

  // It is changed beside the conversation, and what was done is taken back.
  await panel.getByRole('link', { name: /No internet since morning/ }).waitFor()
  await panel.getByRole('combobox', { name: 'Priority' }).click()
  await page.getByRole('option', { name: 'High' }).click()
  await toast(page, '#1: priority High').waitFor()
  await panel.getByText('High', { exact: true }).first().waitFor()
  await toast(page, '#1: priority High').locator('xpath=..').getByRole('button', { name: /Undo/ }).click()
  await until(page, '/api/v1/cases?view=all', ({ items }) => items[0].priority === 'normal')
  await panel.getByRole('textbox', { name: 'Add a point' }).fill('Ask the network team')
  await page.keyboard.press('Enter')
  await panel.getByRole('checkbox', { name: 'Ask the network team' }).check()
  await panel.getByText('1 of 1').waitFor()
  await panel.getByRole('textbox', { name: /Write a note/ }).fill('The mast is down.')
  await page.keyboard.press('Control+Enter')
  await panel.getByRole('listitem').getByText('The mast is down.').waitFor()
  await panel.evaluate((region) => region.scrollIntoView()) // else its head may lie half under the tabs
  await inspect(page, 'panel-made')

  // The keys lead to the list, where it is found and taken.
  await page.locator('body').click({ position: { x: 2, y: 2 } })
  await page.keyboard.press('g')
  await page.keyboard.press('a')
  await page.waitForURL(/\/cases/)
  await page.getByText('You have no open cases').waitFor()
  await page.getByRole('button', { name: /^All/ }).first().click()
  const row = page.getByRole('link', { name: /No internet since morning/ })
  await row.waitFor()
  await page.keyboard.press('j')
  await page.waitForFunction(() => document.activeElement?.textContent.includes('No internet since morning'))
  await page.keyboard.press('i')
  await toast(page, '#1 belongs to Marta Zając').waitFor()

  // On the board it is dragged, and moved by keys alone; the focus goes with it.
  await page.keyboard.press('v')
  await cardOf(page, 'New', 'No internet').waitFor()
  await cardOf(page, 'New', 'No internet').dragTo(column(page, 'In progress'))
  await cardOf(page, 'In progress', 'No internet').waitFor()
  await toast(page, '#1: In progress').waitFor()
  await cardOf(page, 'In progress', 'No internet').getByRole('link').focus()
  await page.keyboard.press('m')
  await page.getByRole('menuitem', { name: 'Waiting for customer' }).focus()
  await page.keyboard.press('Enter')
  await cardOf(page, 'Waiting for customer', 'No internet').waitFor()
  await inspect(page, 'board-moved')

  // On its own screen it is resolved; undo takes it up again, and it is resolved for good.
  await cardOf(page, 'Waiting for customer', 'No internet').getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: /No internet/ }).waitFor()
  const stateOf = (open) => until(page, `/api/v1/cases/${page.url().split('/').at(-1)}`, (now) => now.open === open)
  await page.keyboard.press('e')
  await stateOf(false)
  await page.keyboard.press('z')
  await stateOf(true)
  await page.getByRole('button', { name: 'Done', exact: true }).click()
  await stateOf(false)
  await page.getByRole('button', { name: 'Take up again' }).waitFor()
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('a colleague’s change is seen at once, on the board and on the case', async () => {
  const page = await desk('Marta Zając', '/cases?view=all&as=board')
  const other = await desk('Grace Allen', '/cases')
  const brand = (await ask(page, '/api/v1/session')).brands[0].id
  await column(page, 'New').waitFor()
  const made = await send(other, 'post', '/api/v1/cases', { subject: 'Seen from afar', brand_id: brand })
  await cardOf(page, 'New', 'Seen from afar').waitFor()
  const working = (await ask(page, '/api/v1/case-statuses')).items.find((s) => s.category === 'working')
  await send(other, 'patch', `/api/v1/cases/${made.id}`, { status_id: working.id })
  await cardOf(page, 'In progress', 'Seen from afar').waitFor()
  await page.goto(`/cases/${made.id}`)
  await page.getByRole('heading', { level: 1, name: 'Seen from afar' }).waitFor()
  await send(other, 'post', `/api/v1/cases/${made.id}/notes`, { text: 'From a colleague.' })
  await page.getByText('From a colleague.').waitFor()
  assert.deepEqual(page.faults, [])
  await page.context().close()
  await other.context().close()
})

test('a case is merged after a look at what that means, and separated again', async () => {
  const page = await desk('Marta Zając', '/cases')
  const brand = (await ask(page, '/api/v1/session')).brands[0].id
  const [from, into] = [await send(page, 'post', '/api/v1/cases', { subject: 'Twice the same', brand_id: brand }), await send(page, 'post', '/api/v1/cases', { subject: 'The one that stays', brand_id: brand })]
  await page.goto(`/cases/${from.id}`)
  await page.getByRole('button', { name: 'More acts' }).click()
  await page.getByRole('menuitem', { name: /Merge into/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('searchbox').fill('The one')
  await dialog.getByRole('radio', { name: /The one that stays/ }).check()
  await dialog.getByRole('region', { name: 'What will be' }).getByText(/What the customer writes from now on/).waitFor()
  await inspect(page, 'merge')
  await dialog.getByRole('button', { name: `Merge into #${into.number}` }).click()
  await page.getByRole('note').getByRole('link', { name: /The one that stays/ }).waitFor()
  await page.getByRole('button', { name: 'Separate again' }).click()
  await page.getByRole('note').waitFor({ state: 'detached' })
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('one answer goes to all parts, and what became of it is told for each', async () => {
  await visitor('fala-net', 'Jan Nowicki', 'Nie mam internetu.')
  await visitor('fala-net', 'Ewa Lis', 'U mnie też nie działa.')
  const page = await desk('Marta Zając', '/cases')
  const talks = [await conversationOf(page, 'Jan Nowicki'), await conversationOf(page, 'Ewa Lis')]
  const whole = await send(page, 'post', '/api/v1/cases', { subject: 'Mast is down', brand_id: talks[0].brand_id })
  for (const talk of talks) {
    const part = await send(page, 'post', '/api/v1/cases', { conversation_id: talk.id, subject: `Mast: ${talk.customer.name}` })
    await send(page, 'post', `/api/v1/cases/${part.id}/links`, { kind: 'child_of', case_id: whole.id })
  }
  await page.goto(`/cases/${whole.id}`)
  await page.getByRole('button', { name: 'More acts' }).click()
  await page.getByRole('menuitem', { name: 'Answer all parts' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Note for colleagues').click()
  await dialog.getByRole('textbox', { name: 'Text' }).fill('The crew arrives at two.')
  await dialog.getByRole('button', { name: 'Send to 2 cases' }).click()
  const report = page.getByRole('region', { name: 'Answer all parts' })
  await report.getByText('Ended: 2 of 2 given').waitFor()
  assert.equal(await report.getByRole('listitem').filter({ hasText: 'given' }).count(), 2)
  await inspect(page, 'answered')
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('statuses, fields and promised times are set up, and a late case is told', async () => {
  const page = await desk('Grace Allen', '/admin/case-statuses')
  await page.getByRole('button', { name: 'New status' }).click()
  await page.getByRole('textbox', { name: 'Name: English' }).fill('With the crew')
  await page.getByRole('dialog').getByRole('button', { name: /Create|New status/ }).click()
  await page.getByRole('cell', { name: 'With the crew' }).waitFor()
  await inspect(page, 'statuses')
  await page.goto('/admin/case-fields')
  await page.getByRole('button', { name: 'New field' }).first().click()
  await page.getByRole('textbox', { name: 'Name: English' }).fill('Meter reading')
  await page.getByRole('textbox', { name: 'Key' }).fill('meter')
  await page.getByRole('dialog').getByRole('button', { name: /Create|New field/ }).click()
  await page.getByRole('cell', { name: 'Meter reading' }).waitFor()
  await page.goto('/admin/sla')
  await page.getByRole('button', { name: 'New promise' }).first().click()
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('At once')
  await page.getByRole('textbox', { name: 'First answer' }).fill('0.02')
  await page.getByRole('combobox', { name: 'Hours', exact: true }).click()
  await page.getByRole('option', { name: 'Always' }).click()
  await inspect(page, 'promise')
  await page.getByRole('dialog').getByRole('button', { name: /Create|New promise/ }).click()
  await page.getByRole('cell', { name: 'At once' }).waitFor()

  // The clock of the next case runs out; its owner hears of it and comes to the case.
  await page.goto('/cases')
  const { brands, user } = await ask(page, '/api/v1/session')
  const made = await send(page, 'post', '/api/v1/cases', { subject: 'Late from the start', brand_id: brands[0].id, owner_id: user.id })
  await page.getByRole('button', { name: /Notifications, 1 new/ }).click()
  await page.getByRole('link', { name: /A promised time of a case is over/ }).click()
  await page.waitForURL(new RegExp(`/cases/${made.id}`))
  const late = page.getByRole('definition').getByText(/^(Late|Missed)/)
  await late.waitFor()
  await page.getByRole('textbox', { name: 'Meter reading' }).fill('4711')
  await page.keyboard.press('Enter')
  await until(page, `/api/v1/cases/${made.id}`, (now) => now.fields.meter === '4711')
  await inspect(page, 'late')
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

for (const look of chosen(looks)) {
  const name = Object.values(look).join('-')
  test(`list, board, case and panel, ${name}`, async () => {
    const page = await desk('Marta Zając', '/cases?view=all', look)
    await page.locator('main li a').first().waitFor()
    await inspect(page, `list-${name}`)
    await page.goto('/cases?view=all&as=board')
    await page.locator('[data-case]').first().waitFor()
    await page.locator('[data-case] button').first().click()
    await page.getByRole('menuitem').first().waitFor()
    await inspect(page, `board-${name}`)
    const { items } = await ask(page, '/api/v1/cases?view=all&q=Mast')
    await page.goto(`/cases/${items[0].id}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await inspect(page, `case-${name}`)
    const talk = await conversationOf(page, 'Jan Nowicki')
    await page.goto(`/conversations/${talk.id}`)
    await page.getByRole('log').waitFor()
    if (look.size === 'phone') await page.keyboard.press(']')
    await page.locator('a[href^="/cases/"][class*=panelTitle]').first().waitFor()
    await inspect(page, `panel-${name}`)
    assert.deepEqual(page.faults, [])
    await page.context().close()
  })
}
