// The administration in a real browser, in all languages, themes and sizes.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { addAdmin } from './fixtures/admin.mjs'
import { startMock } from './fixtures/mock.mjs'
import { checkAccessible, checkFits, chosen, few, launch, shot, visit } from './harness.mjs'

let browser
before(async () => (browser = await launch()))
after(() => browser.close())

const looks = [
  { size: 'desk', theme: 'light', language: 'en' },
  { size: 'desk', theme: 'dark', language: 'pl' },
  { size: 'narrow', theme: 'light', language: 'hu' },
  { size: 'phone', theme: 'light', language: 'pl' },
  { size: 'phone', theme: 'dark', language: 'hu' },
]
const plain = looks[0]
// Each theme and each size once: what the rules of accessibility look at does not change with the language.
const checked = [looks[0], looks[4]]
const nameOf = (look) => Object.values(look).join('-')

/** Runs a visit of an administrator and fails on any fault of the page. */
async function on(look, act, options) {
  const mock = await startMock()
  addAdmin(mock.world, options)
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

async function inspect(page, name, look = plain) {
  await page.evaluate(() => document.fonts.ready)
  await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' })
  await shot(page, `admin/${name}`)
  await checkFits(page, name)
  if (checked.includes(look)) await checkAccessible(page, name)
}

/** Goes to an address: in the plain look by the address itself, else as a link of the desk does, which is quicker. */
async function go(page, look, address) {
  if (look === plain || page.url() === 'about:blank') await page.goto(address)
  else await page.evaluate((to) => history.pushState({}, '', to), address)
}

/** Opens one thing of a page; ids stand in the address as texts. */
const opened = (path, id, tab) => `/admin/${path}?open=${id === 'new' ? id : `%22${id}%22`}${tab ? `&tab=${tab}` : ''}`

const lists = ['users', 'teams', 'roles', 'brands', 'widgets', 'mailboxes', 'channels', 'accounts', 'calendars', 'queues', 'work', 'skills', 'dispositions', 'away-reasons', 'canned', 'macros', 'rules', 'keys', 'webhooks', 'audit']
// Pages about data, with something open in them.
const data = [
  ['import', opened('import', '1')],
  ['privacy', opened('privacy', '77')],
  ['retention', '/admin/retention'],
  ['certificate', '/admin/privacy', async (page) => {
    await page.locator('main textarea').first().fill('{"number": 4}')
    await page.locator('main section').filter({ has: page.locator('textarea') }).locator('button[type=submit]').click()
  }],
  ['case-settings', '/admin/case-settings', undefined, 'main input[name=reopen_days]'],
]
const sheets = [
  ['invite', opened('users', 'new')],
  ['user', opened('users', '202')],
  ['user-work', opened('users', '202', 'work')],
  ['user-queues', opened('users', '200', 'queues')],
  ['user-sessions', opened('users', '200', 'sessions')],
  ['role', opened('roles', '600')],
  ['role-built-in', opened('roles', 'agent')],
  ['brand', opened('brands', '101')],
  ['brand-logo', opened('brands', '100', 'logo')],
  ['widget', opened('widgets', '700')],
  ['widget-install', opened('widgets', '701', 'install')],
  ['mailbox', opened('mailboxes', '750')],
  ['mailbox-failing', opened('mailboxes', '751')],
  ['mailbox-new', opened('mailboxes', 'new')],
  ['calendar', opened('calendars', '400')],
  ['calendar-year', opened('calendars', '400', 'year')],
  ['queue', opened('queues', '300')],
  ['queue-members', opened('queues', '300', 'members')],
  ['canned-reply', opened('canned', '1000')],
  ['key-new', opened('keys', 'new')],
  ['own-channel', opened('channels', '1300')],
  ['own-channel-connect', opened('channels', '1301', 'connect')],
  ['account', opened('accounts', '1401')],
  ['account-new', opened('accounts', 'new')],
  ['account-health', opened('accounts', '1400', 'health')],
  ['own-channel-events', opened('channels', '1300', 'events')],
  ['macro', opened('macros', '1400')],
  ['rule', opened('rules', '1300')],
  ['rule-timed', opened('rules', '1301')],
  ['rule-try', opened('rules', '1300', 'try')],
  ['rule-log', opened('rules', '1300', 'log')],
  ['webhook', opened('webhooks', '1200')],
  ['webhook-log', opened('webhooks', '1200', 'log')],
]

// Two at a time: while one waits for its page, the other works.
describe('screens', { concurrency: 2 }, () => {
  for (const look of chosen(looks)) {
    const name = nameOf(look)
    test(`pages, ${name}`, () =>
      on(look, async (page) => {
        await page.goto('/admin')
        await page.locator('main h2').first().waitFor()
        await inspect(page, `overview-${name}`, look)
        for (const list of lists) {
          const title = await page.title()
          await go(page, look, `/admin/${list}`)
          await page.waitForFunction((was) => document.title !== was, title)
          await page.locator('main table, main ul li button[aria-expanded]').first().waitFor()
          if (list === 'audit') await page.locator('main ul li button[aria-expanded]').first().click()
          await inspect(page, `${list}-${name}`, look)
        }
        for (const [part, address, act, shows = 'main table'] of data) {
          await go(page, look, address)
          await act?.(page)
          await page.locator(shows).first().waitFor()
          await inspect(page, `${part}-${name}`, look)
        }
      }))

    test(`sheets, ${name}`, { skip: few }, () =>
      on(look, async (page) => {
        await page.goto('/admin')
        await page.locator('main h2').first().waitFor()
        for (const [sheet, address] of sheets) {
          await go(page, look, address)
          await page.getByRole('dialog').waitFor()
          if (sheet === 'widget') await page.frameLocator('iframe').getByRole('dialog').first().waitFor()
          await inspect(page, `${sheet}-${name}`, look)
          if (look !== plain) {
            await go(page, look, '/admin')
            await page.getByRole('dialog').waitFor({ state: 'detached' })
          }
        }
      }))
  }
})

const dialog = (page) => page.getByRole('dialog')

test('a webhook is called, and its log says what came of it', () =>
  on(plain, async (page, mock) => {
    await page.goto(opened('webhooks', '1200'))
    await dialog(page).getByRole('button', { name: 'Call it now' }).click()
    await dialog(page).getByText('webhook.test').waitFor()
    await dialog(page).getByRole('tab', { name: 'Log' }).click()
    await dialog(page).getByText('Failed', { exact: true }).last().waitFor()
    await dialog(page).locator('summary', { hasText: 'Failed' }).click()
    await dialog(page).getByText('connection refused').waitFor()
    await dialog(page).getByRole('button', { name: 'Send again' }).first().click()
    await page.getByText('On its way again').waitFor()
    assert.deepEqual(mock.world.seen.map((s) => s.pathname), ['/api/v1/webhooks/1200/test', '/api/v1/webhook-deliveries/2/replay'])
  }))

test('an own channel is tried, and what it was refused is applied again', () =>
  on(plain, async (page, mock) => {
    await page.goto(opened('channels', '1300', 'connect'))
    await dialog(page).getByRole('button', { name: 'Post a test command' }).click()
    await dialog(page).getByText('Your system refuses the message.').waitFor()
    await dialog(page).getByRole('tab', { name: 'Events' }).click()
    await dialog(page).getByText('Refused', { exact: true }).first().click()
    await dialog(page).locator('summary', { hasText: 'evt-2' }).click()
    await dialog(page).getByText('type: event.type').waitFor()
    await dialog(page).getByRole('button', { name: 'Apply again' }).first().click()
    await page.getByText('It will be applied again').waitFor()
    assert.deepEqual(mock.world.seen.map((s) => s.pathname), ['/api/v1/own-channels/1300/test', '/api/v1/channel-events/2/replay'])
  }))

test('a rule is ordered, tried and built from menus', () =>
  on(plain, async (page, mock) => {
    await page.goto('/admin/rules')
    await page.getByRole('button', { name: 'Ask Czeka za długo earlier' }).click()
    await page.getByText('Order changed').waitFor()
    assert.deepEqual(mock.world.seen.at(-1).body, { ids: ['1301', '1300'] })
    await page.goto(opened('rules', '1300', 'try'))
    await dialog(page).getByRole('button', { name: 'Try it now' }).click()
    await dialog(page).getByText('it would have been set off 2 times').waitFor()
    await dialog(page).locator('summary', { hasText: 'Zofia Nowak' }).click()
    await dialog(page).getByText('Would be done').first().waitFor()
    await page.goto(opened('rules', 'new'))
    await dialog(page).locator('[name=name]').fill('VIP')
    await dialog(page).getByRole('button', { name: 'Add condition' }).first().click()
    await dialog(page).getByRole('combobox', { name: 'Value' }).fill('prezes')
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('combobox', { name: 'Tags' }).fill('vip')
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByText('Rule saved').waitFor()
    assert.deepEqual(mock.world.seen.at(-1).body, {
      name: 'VIP', active: false,
      program: { when: { on: 'message.in' }, if: { all: [{ field: 'message.text', op: 'contains', values: ['prezes'] }] }, do: [{ do: 'add_tags', tags: ['vip'] }] },
    })
  }))

test('a person is erased only after their name was typed', () =>
  on(plain, async (page, mock) => {
    await page.goto(opened('privacy', '77'))
    await page.getByLabel('Reference of the request').fill('RODO 8/2026')
    await page.getByRole('button', { name: 'Erase for good' }).click()
    const sure = dialog(page).getByRole('button', { name: 'Erase for good' })
    assert.equal(await sure.isDisabled(), true)
    await dialog(page).getByRole('textbox').fill('Żaneta Źródło')
    await sure.click()
    await page.getByText('The erasure has begun').waitFor()
    assert.deepEqual(mock.world.seen, [{ method: 'POST', pathname: '/api/v1/customers/77/erasures', body: { reference: 'RODO 8/2026' } }])
  }))

test('an invitation gives a link that is shown once', () =>
  on(plain, async (page, mock) => {
    await page.goto('/admin/users')
    await page.getByRole('button', { name: 'Invite' }).click()
    await dialog(page).getByLabel('E-mail address').fill('wrong')
    await dialog(page).locator('.mantine-MultiSelect-input').first().click()
    await page.getByRole('option', { name: 'Agent', exact: true }).click()
    await dialog(page).getByRole('button', { name: 'Invite' }).click()
    await dialog(page).getByText('Must be an e-mail address').waitFor()
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'email')
    await dialog(page).getByLabel('E-mail address').fill('nora.toth@example.com')
    await dialog(page).getByRole('button', { name: 'Invite' }).click()
    const link = dialog(page).getByRole('textbox', { name: 'Invitation link' })
    await link.waitFor()
    assert.match(await link.inputValue(), /\/invite\/q7f2k9x4m1$/)
    await inspect(page, 'invited')
    assert.deepEqual(mock.world.seen.at(-1).body, { email: 'nora.toth@example.com', name: '', language: 'en', roles: ['agent'], all_brands: false, brand_ids: [], team_ids: [] })
  }))

test('a queue sends only what changed, and its errors stand beside the fields', () =>
  on(plain, async (page, mock) => {
    await page.goto(opened('queues', '301'))
    await dialog(page).locator('[name=description]').fill('wrong')
    await dialog(page).locator('[name=max_waiting]').fill('12')
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await dialog(page).getByRole('alert').waitFor()
    await dialog(page).getByText('There is no such thing').waitFor()
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox')
    await inspect(page, 'queue-wrong')
    await dialog(page).locator('[name=description]').fill('')
    await dialog(page).locator('[name=target_seconds]').fill('45')
    await dialog(page).getByRole('button', { name: 'Save' }).click()
    await dialog(page).waitFor({ state: 'detached' })
    assert.deepEqual(mock.world.seen.at(-1).body, { target_seconds: 45, max_waiting: 12 })
  }))

test('the work mix is said in words, saved, refused beside its field, and brought back to the standard', () =>
  on(plain, async (page, mock) => {
    await page.goto('/admin/work')
    const words = page.getByRole('region', { name: 'In words' })
    await words.getByText('can have 1 call, 1 video, 3 chats, 5 e-mails, or 5 social posts.').waitFor()
    const besidesCall = words.locator('dl > div').first()
    await besidesCall.getByText('Nothing else is offered.').waitFor()
    const chat = page.getByRole('textbox', { name: 'Units of one: Chat' })
    await chat.fill('50')
    await page.getByRole('textbox', { name: 'Most at a time: E-mail' }).fill('2')
    await page.getByRole('checkbox', { name: 'Chat may interrupt Phone' }).press('Space')
    await words.getByText('can have 1 call, 1 video, 2 chats, 2 e-mails, or 5 social posts.').waitFor()
    await besidesCall.getByText('2 chats can come besides.').waitFor()
    await chat.fill('999')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'loads.chat' && document.activeElement.getAttribute('aria-invalid') === 'true')
    await inspect(page, 'work-refused')
    await chat.fill('50')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Work mix saved').waitFor()
    assert.deepEqual(mock.world.seen.at(-1).body.limits, { mail: 2 })
    assert.deepEqual(mock.world.seen.at(-1).body.interrupts.chat, ['call'])
    await page.getByRole('button', { name: 'Back to the standard' }).click()
    await words.getByText('3 chats').waitFor()
    await page.keyboard.press('z')
    await words.getByText('2 chats, 2 e-mails').waitFor()
    assert.deepEqual(mock.world.seen.at(-1).body.limits, { mail: 2 })
  }))

test('archiving is taken back by Z', () =>
  on(plain, async (page) => {
    await page.goto('/admin/skills')
    await page.getByRole('button', { name: 'English' }).click()
    await dialog(page).getByRole('button', { name: 'Archive' }).click()
    await page.getByRole('button', { name: 'English' }).waitFor({ state: 'detached' })
    await dialog(page).waitFor({ state: 'detached' })
    await page.keyboard.press('z')
    await page.getByRole('button', { name: 'English' }).waitFor()
  }))

test('an agent is added to a queue, paused and removed', () =>
  on(plain, async (page, mock) => {
    await page.goto(opened('queues', '301', 'members'))
    await dialog(page).getByLabel('Add an agent').first().click()
    await page.getByRole('option', { name: 'Kamil Wróbel' }).click()
    await dialog(page).getByRole('button', { name: /Pause.*Kamil Wróbel/ }).click()
    await dialog(page).getByRole('button', { name: /Resume.*Kamil Wróbel/ }).waitFor()
    await dialog(page).getByRole('button', { name: /Remove.*Kamil Wróbel/ }).click()
    await dialog(page).getByText('Kamil Wróbel', { exact: true }).waitFor({ state: 'detached' })
    assert.deepEqual(mock.world.seen.map((s) => s.body), [{ member: true, enabled: true }, { member: true, enabled: false }, { member: false, enabled: false }])
  }))

test('a key is shown once, and revoking asks for its name', () =>
  on(plain, async (page) => {
    await page.goto(opened('keys', 'new'))
    await dialog(page).getByRole('textbox', { name: 'Name' }).fill('Reports')
    await dialog(page).getByRole('button', { name: 'Create' }).click()
    assert.match(await dialog(page).getByLabel('Key', { exact: true }).inputValue(), /^zk_/)
    await inspect(page, 'key-made')
    await dialog(page).getByRole('button', { name: 'Close' }).last().click()
    await page.getByRole('button', { name: 'Order system' }).click()
    await dialog(page).getByRole('button', { name: 'Revoke' }).click()
    await page.getByLabel('Type “Order system” to confirm').waitFor()
    await inspect(page, 'key-revoke')
  }))

test('the preview shows what is not saved and sends nothing', () =>
  on(plain, async (page, mock) => {
    await page.goto(opened('widgets', '700'))
    const frame = page.frameLocator('iframe')
    await frame.getByText('Hello!').first().waitFor()
    await dialog(page).locator('[name="config.texts.en.title"]').fill('Good day')
    await frame.getByText('Good day').first().waitFor()
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'config.texts.en.title')
    assert.deepEqual(mock.world.seen, [])
  }))

test('who may not administer sees neither the area nor its pages', () =>
  on(
    plain,
    async (page) => {
      await page.goto('/admin/queues')
      await page.getByText('You may not open this page').waitFor()
      assert.equal(await page.getByRole('link', { name: 'Administration' }).count(), 0)
      await inspect(page, 'refused')
    },
    { permissions: { 'conversation.read': 'own', 'queue.read': 'brand', 'brand.read': 'brand', 'user.read': 'team', 'presence.self': 'own' } },
  ))

test('who may only look finds forms that cannot be changed', () =>
  on(
    plain,
    async (page) => {
      await page.goto(opened('queues', '300'))
      assert.equal(await dialog(page).locator('[name=name]').isDisabled(), true)
      assert.equal(await dialog(page).getByRole('button', { name: 'Save' }).count(), 0)
      await inspect(page, 'queue-shown')
    },
    { permissions: { 'queue.read': 'brand', 'brand.read': 'brand', 'user.read': 'brand', 'audit.read': 'brand' } },
  ))

test('a mailbox is tried in both directions and connected from a preset; one that fails says why', () =>
  on(plain, async (page, mock) => {
    await page.goto('/admin/mailboxes')
    await page.getByRole('button', { name: 'New mailbox' }).click()
    const sheet = dialog(page)
    await sheet.locator('[name=name]').fill('Help')
    await sheet.getByRole('combobox', { name: 'Brand' }).click()
    await page.getByRole('option', { name: 'Fala Net' }).click()
    await sheet.locator('[name=address]').fill('pomoc@fala.example')
    await sheet.getByRole('combobox', { name: 'Queue' }).click()
    await page.getByRole('option', { name: 'Faktury' }).click()
    await sheet.locator('input[name="config.imap.host"]').fill('nowhere.example')
    await sheet.locator('input[name="config.smtp.host"]').fill('nowhere.example')
    await sheet.getByRole('button', { name: 'Try both directions' }).click()
    await sheet.getByText('Receiving fails. There is no host of this name.').waitFor()
    await sheet.getByText('535 5.7.8 bad credentials').waitFor()
    await sheet.getByRole('combobox', { name: 'Provider' }).click()
    await page.getByRole('option', { name: 'WP' }).click()
    await sheet.locator('[name=password]').fill('a secret')
    await sheet.getByRole('button', { name: 'Try both directions' }).click()
    await sheet.getByText('Sending works.').waitFor()
    await inspect(page, 'mailbox-tried')
    await sheet.getByRole('button', { name: 'Connect', exact: true }).click()
    await sheet.waitFor({ state: 'detached' })
    const made = mock.world.seen.at(-1).body
    assert.equal(made.settings.imap.host, 'imap.wp.pl')
    assert.deepEqual(made.secrets, { password: 'a secret' })
    await page.getByRole('button', { name: 'Rendelések' }).or(page.getByText('Rendelések')).first().click()
    await dialog(page).getByText('The provider gives no access token').waitFor()
  }))
