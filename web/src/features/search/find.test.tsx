import { render } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { Marked, wordsOf } from '@/kit/Marked'
import { type Find, hrefOf, nameOf, noteOf, shownAs } from './find'

const base = { excerpt: [{ text: 'a ' }, { text: 'router', hit: true }], at: '2026-05-14T10:00:00Z' }
const conversation: Find = { ...base, kind: 'conversation', conversation_id: '7', customer_name: 'Anna Nowak', title: [{ text: 'No network' }], channel: 'email' }
const article: Find = { ...base, kind: 'article', article_id: '8', language: 'pl', title: [{ text: 'Router', hit: true }] }
const customer: Find = { ...base, kind: 'customer', customer_id: '9', title: [{ text: 'Anna', hit: true }] }

const organisation: Find = { ...base, kind: 'organisation', organisation_id: '11', title: [{ text: 'Łódź Optyka', hit: true }] }

const matter: Find = { ...base, kind: 'case', case_id: '12', customer_name: 'Anna Nowak', title: [{ text: '#7 ' }, { text: 'Router', hit: true }] }

describe('what was found', () => {
  it('is named by its customer, or by its title', () => {
    expect(wordsOf(nameOf(conversation))).toBe('Anna Nowak')
    expect(wordsOf(noteOf(conversation))).toBe('No network · a router')
    expect(wordsOf(nameOf(matter))).toBe('#7 Router')
    expect(wordsOf(noteOf(matter))).toBe('Anna Nowak · a router')
    expect(wordsOf(nameOf(article))).toBe('Router')
  })

  it('leads to where it is', () => {
    expect(hrefOf(conversation)).toBe('/conversations/7')
    expect(hrefOf(matter)).toBe('/cases/12')
    expect(hrefOf(article)).toBe('/knowledge/8')
    expect(hrefOf(customer)).toBe('/customers/9')
    expect(hrefOf(organisation)).toBe('/organisations/11')
  })

  it('is grouped by its kind', () => expect([conversation, article, customer, organisation, matter].map((f) => shownAs(f).group)).toEqual(['search.conversation', 'search.article', 'search.customer', 'search.organisation', 'search.case']))
})

describe('marked text', () => {
  it('marks what was looked for, and reads no markup', () => {
    const { container } = render(<Marked runs={[{ text: '<img src=x onerror=alert(1)> ' }, { text: '<b>', hit: true }]} />)
    expect(container.querySelector('img, b')).toBeNull()
    expect(container.querySelector('mark')?.textContent).toBe('<b>')
    expect(container.textContent).toBe('<img src=x onerror=alert(1)> <b>')
  })
})
