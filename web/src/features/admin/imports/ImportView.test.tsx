import { fireEvent, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { ImportView } from './ImportView'

const file = {
  id: '1', brand_id: '2', name: 'klienci.csv', size: 10, format: 'csv', encoding: 'utf-8', delimiter: ';', mapping: ['name', 'email'], key_field: 'email', state: 'checked', rows: 5, good: 1, bad: 3, created: 0, updated: 0, made_at: '', changed_at: 'x',
  fields: ['name', 'email'], header: ['Name', 'Mail'], sample: [['Zofia', 'zofia@posta.example']], faults: [{ line: 3, field: 'email', code: 'format.email' }],
}

afterEach(() => vi.unstubAllGlobals())

describe('a file of customers', () => {
  it('names every bad row with its line and reason, the later ones on demand', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (request: Request) => {
      const { pathname, search } = new URL(request.url)
      asked.push(pathname + search)
      return Response.json(pathname.endsWith('/faults') ? { items: [{ line: 4, field: 'email', code: 'import.twice' }, { line: 9, code: 'import.empty' }] } : file)
    })
    renderDesk(<ImportView id="1" />, { session: sessionWith('customer.import') })
    expect(await screen.findByText('Line 3')).toBeTruthy()
    expect(screen.getByText('1 good row · 3 bad rows')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Show further bad rows (2)' }))
    expect(await screen.findByText('Line 9')).toBeTruthy()
    expect(screen.getByText(/The same customer stands in the file before/)).toBeTruthy()
    expect(screen.queryByRole('button', { name: /further bad rows/ })).toBeNull()
    expect(asked.at(-1)).toBe('/api/v1/imports/1/faults?after=3')
  })
})
