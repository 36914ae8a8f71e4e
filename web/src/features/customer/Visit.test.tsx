import { screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk } from '@/testing/render'
import { Visit } from './Visit'

afterEach(() => void vi.unstubAllGlobals())

const visit = {
  pages: [
    { url: 'https://shop.example/', title: 'Shop', at: '2026-03-02T09:00:00Z' },
    { url: 'https://shop.example/tables/oak', at: '2026-03-02T09:01:00Z' },
  ],
  language: 'hu',
  consent_version: '3',
  consent_at: '2026-03-02T09:02:00Z',
  identified: true,
}

function show(detail: object) {
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json({ id: '1', ...detail })))
  return renderDesk(<Visit conversation="1" />)
}

describe('a visit', () => {
  it('shows the way over the site, the newest page first, and what was agreed to', async () => {
    show({ visit })
    const links = within(await screen.findByRole('list', { name: 'Pages' })).getAllByRole('link')
    expect(links.map((l) => l.textContent)).toEqual(['shop.example/tables/oak', 'Shop'])
    expect(links[0]?.getAttribute('rel')).toContain('noreferrer')
    expect(screen.getByText('Hungarian')).toBeTruthy()
    expect(screen.getByText(/Version 3/)).toBeTruthy()
    expect(screen.getByText('Signed in on the site')).toBeTruthy()
  })

  it('takes what is absent for absent', async () => {
    show({ visit: { language: 'pl' } })
    expect(await screen.findByText('Polish')).toBeTruthy()
    expect(screen.queryByRole('list')).toBeNull()
  })

  it('is not there for a conversation of another channel', async () => {
    const { cache } = show({})
    await vi.waitFor(() => expect(cache.getQueryData(['conversation', '1', 'detail'])).toBeTruthy())
    expect(screen.queryByText('What came before')).toBeNull()
  })
})
