import { screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { renderDesk } from '@/testing/render'
import { signaturesOf } from './api'
import { RichView } from './RichView'

describe('what stands below a mail', () => {
  it.each([
    ['mailbox', '<p>Ola</p>', [{ text: 'Fala, Ola Nowicka' }]],
    ['agent', '<p>Ola</p>', [{ html: '<p>Ola</p>' }]],
    ['both', '<p>Ola</p>', [{ html: '<p>Ola</p>' }, { text: 'Fala, Ola Nowicka' }]],
    ['agent', '', [{ text: 'Fala, Ola Nowicka' }]],
  ] as const)('is signed by %s, who wrote %j', (signature_rule, own, parts) => {
    expect(signaturesOf({ signature: 'Fala, {agent}', signature_rule }, own, 'Ola Nowicka')).toEqual(parts)
  })
  it('is nothing where nobody signs', () => expect(signaturesOf({ signature: undefined, signature_rule: 'both' }, '', 'Ola')).toEqual([]))
  it('is shown as it is formatted, and nothing in it acts', () => {
    renderDesk(<RichView html={'<p>Ola <strong>Nowicka</strong><br><a href="https://fala.example">Fala</a><img src="x" onerror="alert(1)"></p>'} />)
    expect(screen.getByText('Nowicka').tagName).toBe('STRONG')
    expect(screen.getByText('Fala', { exact: false })).toBeTruthy()
    expect(document.querySelector('img, a')).toBeNull()
  })
})
