// A comment under a post is answered for everybody to read, goes on in private and a
// rude one is hidden: the desk, the program and a Graph API at its other end, in real looks.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { asked, close, comment, connect, desk, json, open, pageID, tell, tellOf, until } from './fixtures/facebook.mjs'
import { checkAccessible, checkFits, shot } from './harness.mjs'

before(open)
after(close)

test('a comment is answered publicly, goes on privately, and a rude one is hidden', async () => {
  const page = await desk()
  await connect(page)
  await tell(comment('100_1', { id: '71', name: 'Anna Kiss' }, 'Ile kosztuje instalacja?'), comment('100_2', { id: '72', name: 'Bogdan Krawiec' }, 'Oszuści!', '100_1'))
  const row = await until(page, 'the comment is here', async () => (await json(page.request.get('/api/v1/conversations?view=all&limit=50'))).items.find((c) => c.customer.name === 'Anna Kiss'))
  await page.goto(`/conversations/${row.id}`)
  const log = page.getByRole('log')
  await log.getByText('Nowa oferta od poniedziałku').waitFor()
  await log.getByText('Oszuści!').waitFor()
  await page.getByText("Everybody on the page's post reads this").waitFor()

  // For everybody, by keyboard: the menu of Anna's comment.
  const menus = log.getByRole('button', { name: 'What to do with this message' })
  await menus.first().focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Answer in public' }).waitFor()
  await checkAccessible(page, 'the menu of a comment')
  await page.getByRole('menuitem', { name: 'Answer in public' }).press('Enter')
  await page.getByText('Answers Anna Kiss:').waitFor()
  await page.keyboard.type('Instalacja nic nie kosztuje.')
  await page.keyboard.press('Control+Enter')
  await log.getByText('Instalacja nic nie kosztuje.').waitFor()
  const said = await until(page, 'everybody reads the answer', () => asked.find((a) => a.path.endsWith('/comments')))
  assert.deepEqual([said.path, said.body.message], ['100_1/comments', 'Instalacja nic nie kosztuje.'])

  // For Anna alone.
  await menus.first().click()
  await page.getByRole('menuitem', { name: 'Answer in private' }).click()
  await page.getByText('Only Anna Kiss reads this').first().waitFor()
  await shot(page, 'social-private')
  await checkAccessible(page, 'a private answer that is written')
  await page.keyboard.type('Proszę o numer klienta.')
  await page.keyboard.press('Control+Enter')
  const told = await until(page, 'Anna is answered', () => asked.find((a) => a.path.endsWith('/messages')))
  assert.deepEqual([told.body.recipient, told.body.message.text], [{ comment_id: '100_1' }, 'Proszę o numer klienta.'])
  await log.getByText('Answered in private').waitFor()

  // The rude one.
  await menus.nth(1).click()
  await page.getByRole('menuitem', { name: 'Hide from the public' }).click()
  await log.getByText('Hidden – its author and their friends still see it').waitFor()
  const hidden = await until(page, 'it is hidden', () => asked.find((a) => a.body?.is_hidden))
  assert.equal(hidden.path, '100_2')

  // Who wrote it is blocked, and let in again.
  await menus.nth(1).click()
  await page.getByRole('menuitem', { name: 'Block Bogdan Krawiec' }).click()
  await log.getByText('Its author is blocked').waitFor()
  const blocked = await until(page, 'he is blocked', () => asked.find((a) => a.path === `${pageID}/blocked`))
  assert.deepEqual([blocked.method, blocked.body.psid], ['POST', ['72']])
  await checkAccessible(page, 'a comment whose author is blocked')
  await menus.nth(1).click()
  await page.getByRole('menuitem', { name: 'Unblock Bogdan Krawiec' }).click()
  await log.getByText('Its author is blocked').waitFor({ state: 'detached' })
  const back = await until(page, 'he is let in again', () => asked.find((a) => a.path === `${pageID}/blocked` && a.method === 'DELETE'))
  assert.equal(back.query.get('psid'), '72')

  // Between the two conversations and back.
  await log.getByRole('link', { name: 'Go on in private' }).click()
  await log.getByText('This began with a public comment').waitFor()
  await log.getByText('Proszę o numer klienta.').waitFor()
  await checkAccessible(page, 'the private conversation')
  await log.getByRole('link', { name: 'To the public comment' }).click()
  await log.getByText('Nowa oferta od poniedziałku').waitFor()
  assert.deepEqual(page.faults, [])
  await page.context().close()

  for (const look of [{ theme: 'light' }, { theme: 'dark', size: 'phone', language: 'pl' }, { theme: 'light', size: 'narrow', language: 'hu' }]) {
    // oxlint-disable no-await-in-loop
    const seen = await desk(look)
    await seen.goto(`/conversations/${row.id}`)
    await seen.getByRole('log').getByText('Nowa oferta od poniedziałku').waitFor()
    await seen.getByRole('log').getByText('Oszuści!').waitFor()
    await checkFits(seen, `a public conversation ${JSON.stringify(look)}`)
    await checkAccessible(seen, `a public conversation ${JSON.stringify(look)}`)
    await shot(seen, `social-${look.theme}-${look.size ?? 'desk'}-${look.language ?? 'en'}`)
    assert.deepEqual(seen.faults, [])
    await seen.context().close()
    // oxlint-enable no-await-in-loop
  }
})

test('a review and a mention are shown as what they are', async () => {
  const page = await desk()
  await connect(page)
  const now = Math.floor(Date.now() / 1000)
  await tellOf('ratings', { item: 'rating', verb: 'add', open_graph_story_id: '73_1', reviewer_id: '73', reviewer_name: 'Celina Mazur', recommendation_type: 'negative', review_text: 'Nie polecam', created_time: now })
  await tellOf('mention', { item: 'post', verb: 'add', post_id: '74_1', sender_id: '74', sender_name: 'Dorota Lis', message: 'Fala, halo!', created_time: now })
  for (const [name, words] of [['Celina Mazur', 'Does not recommend us'], ['Dorota Lis', 'Mentions us']]) {
    // oxlint-disable no-await-in-loop
    const row = await until(page, `${name} is here`, async () => (await json(page.request.get('/api/v1/conversations?view=all&limit=50'))).items.find((c) => c.customer.name === name))
    await page.goto(`/conversations/${row.id}`)
    await page.getByRole('log').getByText(words).waitFor()
    await checkAccessible(page, words)
    // oxlint-enable no-await-in-loop
  }
  assert.deepEqual(page.faults, [])
  await page.context().close()
})
