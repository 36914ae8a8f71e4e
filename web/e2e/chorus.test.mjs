// One answer settles many who ask the same under a post, are about one topic or are hit by one outage:
// the desk, the program and a Graph API at its other end, in real looks.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asked, close, comment, connect, desk, json, open, origin, pageID, post, tell, until, write } from './fixtures/facebook.mjs'
import { checkAccessible, checkFits, checkSteady, chosen, shot } from './harness.mjs'

before(open)
after(close)

test('one public answer settles forty who ask the same, and who asks it later', async () => {
  const page = await desk()
  await connect(page)
  const ask = (n) => comment(`200_${n}`, { id: String(1000 + n), name: `Klient ${n}` }, n % 2 ? 'Kiedy wróci internet?' : `kiedy wroci internet ${n}??`)
  await tell(...Array.from({ length: 40 }, (_, n) => ask(n + 1)))
  const chorus = await until(page, 'forty wait together', async () => (await json(page.request.get('/api/v1/choruses'))).items.find((c) => c.waiting === 40))
  await page.goto('/similar')
  const row = page.getByRole('listitem').filter({ hasText: '40 similar comments under the post' })
  await row.waitFor()
  await checkAccessible(page, 'what many say alike')
  await shot(page, 'similar-light-desk-en')
  const small = await desk({ theme: 'dark', size: 'phone', language: 'pl' })
  await small.goto('/similar')
  await small.getByRole('button', { name: 'Odpowiedz wszystkim' }).click()
  await small.getByText('Kto co otrzyma').first().waitFor()
  await checkFits(small, 'an answer to many on a phone')
  await checkAccessible(small, 'an answer to many on a phone')
  await shot(small, 'similar-write-dark-phone-pl')
  assert.deepEqual(small.faults, [])
  await small.context().close()
  await page.request.patch('/api/v1/me', { data: { language: 'en', theme: 'light' }, headers: origin() })
  await row.getByRole('button', { name: 'Answer together' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Answer together' })
  await dialog.getByText('Who gets what').first().waitFor()
  await page.keyboard.type('Pracujemy nad tym, internet wróci do 18:00.')
  // One of them is taken out, and put back.
  await dialog.getByRole('button', { name: 'Take out Klient 1', exact: true }).click()
  await dialog.getByRole('button', { name: 'Put back Klient 1', exact: true }).click()
  await dialog.getByRole('button', { name: 'Take out Klient 1', exact: true }).waitFor()
  await checkAccessible(page, 'an answer to many that is written')
  await shot(page, 'similar-write-light-desk-en')
  await dialog.getByRole('button', { name: 'Answer all 40' }).click()
  await dialog.waitFor({ state: 'detached' })
  await row.getByText(/about to be published/).waitFor()
  await row.getByRole('button', { name: /Take back/ }).waitFor()
  const begun = await until(page, 'the answer begins', async () => (await json(page.request.get('/api/v1/choruses'))).items.find((c) => c.id === chorus.id && c.answer))
  const said = await until(page, 'everybody reads it', () => asked.find((a) => a.path === `${post}/comments`))
  assert.equal(said.body.message, 'Pracujemy nad tym, internet wróci do 18:00.')
  await until(page, 'all are settled', async () => {
    const now = await json(page.request.get(`/api/v1/common-answers/${begun.answer.id}`))
    return now.state === 'standing' && now.settled === 40
  })
  await tell(ask(41))
  const late = await until(page, 'who asks later is settled', async () => (await json(page.request.get('/api/v1/conversations?view=closed&limit=100'))).items.find((c) => c.customer.name === 'Klient 41'))
  await page.goto(`/conversations/${late.id}`)
  await page.getByText(/Answered together: 41 of 41/).waitFor()
  await page.getByRole('log').getByText('Answered together with similar questions').waitFor()
  await checkAccessible(page, 'what was answered together')
  await shot(page, 'similar-settled-light-desk-en')
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

/** A comment under another post than the page's first. */
const under = (at, name, from, message) => ({ ...comment(name, from, message, at), post_id: at })

/** Publishes a post of the page. */
const publish = (at, message) => tell({ item: 'status', verb: 'add', post_id: at, from: { id: pageID, name: 'Fala' }, message, created_time: Math.floor(Date.now() / 1000) })

/** The conversation of somebody who has written. */
const rowOf = (page, name, view = 'all') => until(page, `${name} is here`, async () => (await json(page.request.get(`/api/v1/conversations?view=${view}&limit=100`))).items.find((c) => c.customer.name === name))

/** Gives the conversations of some people a tag. */
async function tag(page, names, ...tags) {
  for (const name of names) {
    // oxlint-disable no-await-in-loop
    const row = await rowOf(page, name)
    const tagged = await page.request.put(`/api/v1/conversations/${row.id}/tags`, { data: { tags }, headers: origin() })
    assert.ok(tagged.ok(), await tagged.text())
    // oxlint-enable no-await-in-loop
  }
}

/** Opens a case that is an outage, of which the cases of some people are parts. */
async function breakDown(page, subject, names) {
  const make = (address, data) => json(page.request.post(address, { data, headers: origin() }))
  const rows = await Promise.all(names.map((name) => rowOf(page, name)))
  const whole = await make('/api/v1/cases', { brand_id: rows[0].brand_id, subject })
  for (const row of rows) {
    // oxlint-disable no-await-in-loop
    const part = await make('/api/v1/cases', { conversation_id: row.id, subject: `${subject}: ${row.customer.name}` })
    const linked = await page.request.post(`/api/v1/cases/${part.id}/links`, { data: { kind: 'child_of', case_id: whole.id }, headers: origin() })
    assert.ok(linked.ok(), await linked.text())
    // oxlint-enable no-await-in-loop
  }
  return whole
}

/** Those who wait together, as the server knows them. */
const together = (page, what, is) => until(page, what, async () => (await json(page.request.get('/api/v1/choruses'))).items.find(is))

test('one public answer settles a topic under two posts', async () => {
  const page = await desk()
  await connect(page)
  const second = `${pageID}_300`
  await publish(second, 'Prace w Gdyni')
  await tell(under(second, '300_1', { id: '81', name: 'Ewa Maj' }, 'Cisza od rana'), comment('300_2', { id: '82', name: 'Filip Nowy' }, 'Czemu nic nie ładuje?'))
  await tag(page, ['Ewa Maj', 'Filip Nowy'], 'awaria sieci')
  const chorus = await together(page, 'both wait together', (c) => c.topic === 'awaria sieci' && c.waiting === 2)
  await page.goto('/similar')
  const row = page.getByRole('listitem').filter({ hasText: '2 public conversations on the topic “awaria sieci”' })
  await row.waitFor()
  await row.getByRole('button', { name: 'Answer together' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Answer together' })
  await dialog.getByText('Ewa Maj').waitFor()
  await page.keyboard.type('Naprawiamy, do 18:00.')
  await dialog.getByRole('combobox', { name: 'Where the answer stands' }).click()
  await page.getByRole('option', { name: /Prace w Gdyni/ }).click()
  await checkAccessible(page, 'an answer to a topic that is written')
  await shot(page, 'similar-topic-written-light-desk-en')
  await dialog.getByRole('button', { name: 'Answer all 2' }).click()
  await dialog.waitFor({ state: 'detached' })
  await until(page, 'everybody reads it under the second post', () => asked.find((a) => a.path === `${second}/comments` && a.body.message === 'Naprawiamy, do 18:00.'))
  const begun = await rowOf(page, 'Ewa Maj', 'closed')
  const { matters } = await json(page.request.get(`/api/v1/conversations/${begun.id}/chorus`))
  assert.equal(matters[0].id, chorus.id)
  await page.goto(`/conversations/${begun.id}`)
  await page.getByText(/Answered together: 2 of 2/).waitFor()
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

test('one answer settles an outage, in public and in private', async () => {
  const page = await desk()
  await connect(page)
  await tell(comment('400_1', { id: '83', name: 'Gustaw Rak' }, 'Od rana nie mam internetu'))
  await write({ id: '84', name: 'Hanna Sowa' }, 'm_outage', 'Nie działa mi internet')
  const whole = await breakDown(page, 'Awaria w Redzie', ['Gustaw Rak', 'Hanna Sowa'])
  const chorus = await together(page, 'both wait because of the outage', (c) => c.case?.id === whole.id && c.waiting === 2)
  assert.deepEqual([chorus.kind, chorus.private, chorus.channels], ['outage', 1, ['facebook', 'messenger']])

  // It is said beside a private conversation, below its cases, too.
  const asker = await rowOf(page, 'Hanna Sowa')
  await page.goto(`/conversations/${asker.id}`)
  const bar = page.getByRole('region', { name: 'Similar questions' })
  await bar.getByText('2 wait because of the outage “Awaria w Redzie”').waitFor()
  await bar.getByRole('button', { name: 'Answer together' }).waitFor()
  await checkAccessible(page, 'a private conversation of an outage')
  await shot(page, 'similar-outage-beside-light-desk-en')

  // The list says how many wait, whose they are and where.
  await page.goto('/similar')
  const row = page.getByRole('listitem').filter({ hasText: '2 wait because of the outage “Awaria w Redzie”' })
  await row.waitFor()
  const { brands } = await json(page.request.get('/api/v1/session'))
  await row.getByText(brands.find((b) => b.id === chorus.brand_id).name, { exact: true }).waitFor()
  await row.getByRole('img', { name: 'Messenger' }).waitFor()
  await row.getByRole('img', { name: 'Facebook' }).waitFor()
  await row.getByRole('link', { name: `To case ${whole.number}` }).waitFor()

  // The answer, by keyboard.
  await row.getByRole('button', { name: 'Answer together' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Answer together' })
  await dialog.getByText('1 of them asked in private and gets this answer in their conversation.').waitFor()
  const fates = dialog.getByRole('list', { name: 'Who gets what' }).getByRole('listitem')
  await fates.filter({ hasText: 'Hanna Sowa' }).getByText('settled, gets the answer in their conversation').waitFor()
  await fates.filter({ hasText: 'Gustaw Rak' }).getByText('settled', { exact: true }).waitFor()
  await page.keyboard.type('Reda: naprawiamy, do 20:00.')
  await dialog.getByRole('combobox', { name: 'Where the answer stands' }).click()
  await page.getByRole('option', { name: /Nowa oferta/ }).click()
  await checkAccessible(page, 'an answer to an outage that is written')
  await shot(page, 'similar-outage-written-light-desk-en')
  await dialog.getByRole('button', { name: 'Answer all 2' }).press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await row.getByText(/about to be published/).waitFor()
  await shot(page, 'similar-outage-waits-light-desk-en')

  // It is said once for everybody, and once to her who asked in private.
  const said = () => asked.filter((a) => a.body?.message === 'Reda: naprawiamy, do 20:00.')
  const given = () => asked.filter((a) => a.body?.message?.text === 'Reda: naprawiamy, do 20:00.')
  await until(page, 'everybody reads it', () => said().length > 0)
  await until(page, 'she who asked in private is answered', () => given().length > 0)
  await row.waitFor({ state: 'detached' })
  const privately = await rowOf(page, 'Hanna Sowa', 'closed')
  await page.goto(`/conversations/${privately.id}`)
  await page.getByText(/Answered together: 2 of 2/).waitFor()
  await page.getByRole('log').getByText('Reda: naprawiamy, do 20:00.').waitFor()
  await checkAccessible(page, 'a private conversation that was answered together')
  await shot(page, 'similar-outage-private-light-desk-en')
  const publicly = await rowOf(page, 'Gustaw Rak', 'closed')
  await page.goto(`/conversations/${publicly.id}`)
  await page.getByText(/Answered together: 2 of 2/).waitFor()
  await page.getByRole('log').getByText(/answered this together with similar questions/).waitFor()
  await shot(page, 'similar-outage-public-light-desk-en')
  assert.deepEqual([said().length, said()[0].path, given().length, given()[0].body.recipient], [1, `${post}/comments`, 1, { id: '84' }])
  assert.deepEqual(page.faults, [])
  await page.context().close()
})

const looks = ['desk light', 'desk dark', 'phone light', 'phone dark'].flatMap((look) => ['en', 'pl', 'hu'].map((language) => [...look.split(' '), language]))

/** What waits, for the looks: a topic under two posts and an outage on two channels, both of many words. */
async function prepare(page) {
  const third = `${pageID}_500`
  await publish(third, 'Od poniedziałku do środy prowadzimy prace przy sieci w Gdyni, Sopocie i Rumi; w nocy internet może działać wolniej.')
  await tell(under(third, '500_1', { id: '91', name: 'Irena Wąsowska-Krzyżanowska' }, 'Rachunek przyszedł dwa razy, a za drugim razem jeszcze wyższy. Kto mi to wyjaśni?'), comment('500_2', { id: '92', name: 'Jan Pol' }, 'Czemu płacę więcej?'))
  await tell(comment('500_3', { id: '93', name: 'Kinga Zych' }, 'Nie działa od rana, ani telefon, ani internet, i nikt nie odbiera'))
  await write({ id: '94', name: 'László Nagy-Kovácsházy' }, 'm_look', 'Mikor lesz újra internet? Home office-ban dolgozom, és sürgős volna.')
  await tag(page, ['Irena Wąsowska-Krzyżanowska', 'Jan Pol'], 'podwójne rachunki za lipiec')
  await breakDown(page, 'Przerwany światłowód między Gdynią a Rumią', ['Kinga Zych', 'László Nagy-Kovácsházy'])
  await together(page, 'the topic waits', (c) => c.topic === 'podwójne rachunki za lipiec' && c.waiting === 2)
  await together(page, 'the outage waits', (c) => c.case?.subject === 'Przerwany światłowód między Gdynią a Rumią' && c.waiting === 2)
}

let prepared
for (const [size, theme, language] of chosen(looks)) {
  const name = `${theme}-${size}-${language}`
  test(`the list and an answer to a topic and to an outage, ${name}`, async () => {
    const page = await desk({ size, theme, language })
    await connect(page)
    await (prepared ??= prepare(page))
    await page.goto('/similar')
    const rows = page.getByRole('listitem').filter({ hasText: /rachunki|światłowód/ })
    await rows.nth(1).waitFor()
    await checkSteady(page, `similar questions ${name}`)
    await inspect(page, `similar-list-${name}`)
    for (const [what, words] of [['topic', 'rachunki'], ['outage', 'światłowód']]) {
      // oxlint-disable no-await-in-loop
      await rows.filter({ hasText: words }).getByRole('button').click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('listitem').nth(1).waitFor()
      await dialog.getByRole('combobox').nth(2).waitFor()
      await page.keyboard.type('Naprawiamy, do 18:00.')
      await inspect(page, `similar-${what}-${name}`)
      const send = dialog.locator('button[type=submit]')
      assert.ok(await send.isEnabled())
      assert.ok(await inSight(send), 'the answer can be sent without a search for how')
      await dialog.evaluate((e) => e.scrollTo(0, e.scrollHeight))
      await inspect(page, `similar-${what}-end-${name}`)
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      // oxlint-enable no-await-in-loop
    }
    assert.deepEqual(page.faults, [])
    await page.context().close()
  })
}

/** Whether somebody who looks at the page sees all of it. */
async function inSight(locator) {
  const { y, height } = await locator.boundingBox()
  return y >= 0 && y + height <= locator.page().viewportSize().height && locator.evaluate((e) => e.contains(document.elementFromPoint(e.getBoundingClientRect().x + 4, e.getBoundingClientRect().bottom - 4)))
}

/** A picture, and that nothing is too wide, cut or hard to read. */
async function inspect(page, name) {
  await shot(page, name)
  await checkFits(page, name)
  await checkAccessible(page, name)
}
