import { act, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { renderDesk } from '@/testing/render'
import { SegmentCount } from './SegmentCount'

const show = (text: string, plainly = false) => act(async () => renderDesk(<SegmentCount text={text} plainly={plainly} />))

describe('what a text message costs', () => {
  it('is said while one writes', async () => {
    await show('Hello')
    expect(screen.queryByText('1 SMS, 155 characters left')).not.toBeNull()
  })

  it('names the character that makes it more', async () => {
    await show(`Cześć ${'a'.repeat(80)}`)
    expect(screen.queryByText('2 SMS, 48 characters left (ś takes more room)')).not.toBeNull()
  })

  it('is less where accents are left out', async () => {
    await show(`Cześć ${'a'.repeat(80)}`, true)
    expect(screen.queryByText('1 SMS, 74 characters left')).not.toBeNull()
  })
})
