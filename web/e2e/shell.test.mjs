// The screens of the shell in a real browser, in all languages, themes and sizes.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startMock } from './fixtures/mock.mjs'
import { checkAccessible, checkFits, chosen, launch, shot, visit } from './harness.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser.close())

/** Each language once per size, each theme in both sizes. */
const looks = [
  { size: 'desk', theme: 'light', language: 'en' },
  { size: 'desk', theme: 'dark', language: 'pl' },
  { size: 'narrow', theme: 'light', language: 'hu' },
  { size: 'phone', theme: 'light', language: 'pl' },
  { size: 'phone', theme: 'dark', language: 'hu' },
]
const nameOf = (look) => Object.values(look).join('-')

/** Runs a visit against an own stand-in and fails on any fault of the page. */
async function on(look, prepare, act) {
  const mock = await startMock()
  Object.assign(mock.world.user, { language: look.language })
  prepare(mock.world)
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

for (const each of chosen(looks)) {
  const name = nameOf(each)
  test(`sign-in, ${name}`, () =>
    on(each, () => {}, async (page) => {
      await page.goto('/')
      await page.getByRole('listitem').first().waitFor()
      await inspect(page, `login-${name}`)
    }))

  test(`set-up, ${name}`, () =>
    on(each, (world) => (world.setupNeeded = true), async (page) => {
      await page.goto('/setup#code=ABCD')
      await page.locator('[name="operator.name"]').fill('Kontakt Plus')
      await inspect(page, `setup-1-${name}`)
      await page.locator('[name="administrator.name"]').fill('Kamil Wróbel')
      await page.locator('[name="administrator.email"]').fill('kamil@example.com')
      await page.locator('[name="administrator.password"]').fill('cztery słowa razem')
      await page.locator('button[type=submit]').click()
      await page.locator('[name="brand.name"]').fill('Sieć Lokalna')
      await inspect(page, `setup-2-${name}`)
      await page.locator('button[type=submit]').click()
      await page.locator('[name="widget.name"]').fill('Strona główna')
      await inspect(page, `setup-3-${name}`)
      await page.locator('button[type=submit]').click()
      await page.locator('[name="queue.name"]').fill('Pomoc')
      await inspect(page, `setup-4-${name}`)
      await page.locator('button[type=submit]').click()
      await page.waitForURL('**/admin')
      await page.getByRole('navigation').first().waitFor()
    }))

  test(`shell, ${name}`, () =>
    on(each, (world) => (world.signedIn = true), async (page) => {
      await page.goto('/me')
      await page.getByRole('heading', { level: 2 }).first().waitFor()
      await inspect(page, `shell-${name}`)
      await page.locator('header button').first().click()
      await page.getByRole('menuitemcheckbox').first().waitFor()
      await inspect(page, `presence-${name}`)
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+k')
      await page.getByRole('option').first().waitFor()
      await inspect(page, `commands-${name}`)
      await page.keyboard.press('Escape')
      await page.goto('/me?tab=keys')
      await page.getByRole('switch').waitFor()
      await inspect(page, `keys-${name}`)
      await page.goto('/me?tab=sessions')
      await page.getByText('Safari, iPhone', { exact: true }).waitFor()
      await inspect(page, `sessions-${name}`)
    }))
}

const plain = looks[0]

test('an invitation is accepted with a name and a password', () =>
  on(plain, () => {}, async (page) => {
    await page.goto('/invite/abc')
    await page.locator('[name="name"]').waitFor()
    await inspect(page, 'invite')
  }))

test('a wrong password says so and keeps the address', () =>
  on(plain, (world) => (world.demo = false), async (page) => {
    await page.goto('/me?tab=keys')
    await page.locator('[name="email"]').fill('marta@example.com')
    await page.locator('[name="password"]').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await inspect(page, 'login-wrong')
    assert.equal(await page.locator('[name="email"]').inputValue(), 'marta@example.com')
    await page.locator('[name="password"]').fill('right')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/me?tab=keys')
  }))

test('a lost connection is told after a while and taken back by itself', () =>
  on(plain, (world) => (world.signedIn = true), async (page, mock) => {
    await page.goto('/me')
    await page.getByRole('heading', { level: 2 }).first().waitFor()
    mock.world.deaf = true
    mock.dropSockets()
    await page.getByText('No connection.').waitFor()
    await inspect(page, 'connection')
    mock.world.deaf = false
    await page.getByText('No connection.').waitFor({ state: 'detached' })
    page.faults.length = 0 // the browser tells of each refused socket
  }))

test('the language switches everywhere at once', () =>
  on(plain, (world) => (world.signedIn = true), async (page) => {
    await page.goto('/me')
    await page.getByRole('button', { name: 'Language' }).click()
    await page.getByRole('menuitem', { name: 'Magyar' }).click()
    await page.getByRole('heading', { name: 'Fiókom' }).waitFor()
    await page.getByRole('button', { name: /^Állapotom/ }).waitFor()
    assert.equal(await page.locator('html').getAttribute('lang'), 'hu')
  }))

test('keys act outside texts only', () =>
  on(plain, (world) => (world.signedIn = true), async (page) => {
    await page.goto('/me')
    const name = page.locator('[name="name"]')
    await name.fill('')
    await name.pressSequentially('?gm')
    assert.equal(await name.inputValue(), '?gm')
    assert.equal(await page.getByRole('dialog').count(), 0)
    await page.locator('main h1').click()
    await page.keyboard.press('?')
    await page.getByRole('dialog').waitFor()
    await inspect(page, 'help')
  }))
