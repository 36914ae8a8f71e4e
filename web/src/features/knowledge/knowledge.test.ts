import { describe, expect, it } from 'vitest'
import { blankBlock, errorAt, fileBlock, goingAlong, insertedBlock, movedBlock, placed, plainOf, sameWriting, toBlocks, toEdit, withVariant } from './editor/blocks'
import { listPart, readSearch } from './search'
import { branches, within } from './tree'
import type { ArticleDetail, Block, Category, Version } from './types'
import { inLanguage, languagesOf, openText, publishedText } from './wording'

const stored: Block[] = [
  { kind: 'heading', text: 'Restart' },
  { kind: 'steps', items: ['Unplug it.', 'Wait.'] },
  { kind: 'link', text: 'Manual', url: 'https://example.com/' },
  { kind: 'note', text: 'It blinks.', variants: { sms: '' } },
]

describe('blocks', () => {
  it('come back from the editor as they were', () => expect(toBlocks(toEdit(stored))).toEqual(stored))

  it('lose empty lines of lists', () => expect(toBlocks([{ ...blankBlock('list'), text: ' one \n\n two\n' }])).toEqual([{ kind: 'list', items: ['one', 'two'] }]))

  it('move within their list and no further', () => {
    const [a, b] = [blankBlock(), blankBlock()]
    expect(movedBlock([a, b], 0, 1)).toEqual([b, a])
    expect(movedBlock([a, b], 0, -1)).toEqual([a, b])
    expect(movedBlock([a, b], 1, 1)).toEqual([a, b])
    expect(insertedBlock([a, b], 1, a)).toEqual([a, a, b])
  })

  it('of pictures name the file in place of an address, and say their words to customers', () => {
    const shown: Block[] = [{ kind: 'image', text: 'The back', file_id: '7' }]
    expect(toBlocks(toEdit(shown))).toEqual(shown)
    expect(toBlocks([{ ...toEdit(shown)[0]!, file: '' }])).toEqual([{ kind: 'image', text: 'The back', url: '' }])
    expect(plainOf(toEdit(shown), 'mail')).toBe('The back')
  })

  it('of files are called as they are named, and go along where the author and the channel let them', () => {
    const sheet = { id: '8', name: 'prices.2026.pdf', size: 2000, type: 'application/pdf' }
    const made = fileBlock(sheet, false)
    expect(toBlocks([made])).toEqual([{ kind: 'file', text: 'prices.2026', file_id: '8', file: sheet }])
    expect(plainOf([made], 'mail')).toBe('')
    const along = { ...made, along: true }
    expect(toBlocks(toEdit(toBlocks([along])))).toEqual([{ kind: 'file', text: 'prices.2026', file_id: '8', file: sheet, along: true }])
    expect([plainOf([along], 'mail'), goingAlong([along], 'mail')]).toEqual(['prices.2026', ['prices.2026.pdf']])
    expect([plainOf([along], 'sms'), goingAlong([along], 'sms')]).toEqual(['', []])
    const said = withVariant(along, 'chat', 'On our page')
    expect([plainOf([said], 'chat'), goingAlong([said], 'chat')]).toEqual(['On our page', []])
    expect(fileBlock({ ...sheet, id: '9' }, true)).toMatchObject({ kind: 'image', file: '9', text: '' })
  })

  it('that come by themselves stand behind the block in which one is, or in place of an empty one', () => {
    const [full, empty, picture] = [{ ...blankBlock(), text: 'x' }, blankBlock(), { ...blankBlock('image'), file: '7' }]
    expect(placed([full, empty], picture, full.key)).toEqual([full, picture, empty])
    expect(placed([full, empty], picture, empty.key)).toEqual([full, { ...picture, key: empty.key }])
    expect(placed([full, empty], picture, undefined)).toEqual([full, { ...picture, key: empty.key }])
    expect(placed([empty, full], picture, 'gone')).toEqual([empty, full, picture])
  })

  it('are the same writing whatever their names', () => {
    expect(sameWriting(toEdit(stored), toEdit(stored))).toBe(true)
    expect(sameWriting(toEdit(stored), toEdit(stored.slice(1)))).toBe(false)
  })

  it('tell a variant that says nothing from none', () => {
    const empty = withVariant(blankBlock(), 'chat', '')
    expect(toBlocks([empty])[0]?.variants).toEqual({ chat: '' })
    expect(toBlocks([withVariant(empty, 'chat', undefined)])[0]?.variants).toBeUndefined()
  })

  it.each([
    ['sms', 'Restart\n1. Unplug it.\n2. Wait.\nManual: https://example.com/'],
    ['chat', 'Restart\n\n1. Unplug it.\n2. Wait.\n\nManual: https://example.com/\n\nIt blinks.'],
  ] as const)('are said by %s', (channel, want) => expect(plainOf(toEdit(stored), channel)).toBe(want))

  it('find their own errors', () => {
    const errors = { 'blocks.1.items.0': 'Required', 'blocks.2.url': 'Not an address', 'blocks.3.variants.sms': 'Too long' }
    expect(errorAt(errors, 1, 'items')).toBe('Required')
    expect(errorAt(errors, 2, 'url')).toBe('Not an address')
    expect(errorAt(errors, 3, 'variants.sms')).toBe('Too long')
    expect(errorAt(errors, 2, 'text')).toBeUndefined()
  })
})

describe('the tree', () => {
  const categories: Category[] = [{ id: '1', name: 'A' }, { id: '2', name: 'B', parent_id: '1' }, { id: '3', name: 'C', parent_id: '2' }, { id: '4', name: 'D', parent_id: '99' }]

  it('shows each before those that stand in it', () => {
    expect(branches(categories).map((b) => [b.category.id, b.depth])).toEqual([['1', 0], ['2', 1], ['3', 2], ['4', 0]])
  })

  it('knows what stands in a place', () => expect([...within(categories, '1')]).toEqual(['1', '2', '3']))
})

describe('texts of an article', () => {
  const version = (language: string, state: Version['state'], rev = 1) => ({ id: `${language}${state}`, language, state, rev, title: language }) as Version
  const article = { texts: [version('pl', 'published'), version('en', 'draft', 3), version('en', 'published')] } as ArticleDetail

  it('are found by language and state', () => {
    expect(openText(article, 'en')?.rev).toBe(3)
    expect(openText(article, 'pl')).toBeUndefined()
    expect(publishedText(article, 'en')?.state).toBe('published')
    expect(languagesOf(article)).toEqual(['en', 'pl'])
  })

  it('are shown in the first language that there is', () => {
    expect(inLanguage(article.texts, undefined, 'hu', 'en')?.language).toBe('en')
    expect(inLanguage(article.texts, 'hu')?.language).toBe('pl')
  })
})

describe('the address', () => {
  it('keeps what is known of it', () => {
    expect(readSearch({ q: 12, state: 'lost', mine: 'yes', missing: true, edit: 'pl' })).toEqual({ q: '12', missing: true, edit: 'pl' })
    expect(listPart({ q: 'a', edit: 'pl', title: 't', answers: '1' })).toEqual({ q: 'a' })
  })
})
