import { fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fetchFile } from '@/lib/api'
import { renderDesk, sessionWith } from '@/testing/render'
import { DownloadList } from './DownloadList'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const file = (text: string) => new Response(text, { headers: { 'Content-Type': 'text/csv', 'Content-Disposition': 'attachment; filename="cases-2026-05-14.csv"' } })
const shown = (...permissions: string[]) => renderDesk(<DownloadList path="/api/v1/cases.file" query={{ view: 'mine', brand: undefined, q: 'paczka' }} />, { session: sessionWith(...permissions) })

describe('the list as a file', () => {
  it('is not offered to who may not take it along', () => {
    shown('case.read')
    expect(screen.queryByRole('button', { name: 'Download this list' })).toBeNull()
  })

  it('is asked for with the filter that is shown', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push(url)
      return file('a;b')
    })
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined }))
    shown('customer.export')
    fireEvent.click(screen.getByRole('button', { name: 'Download this list' }))
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Excel (XLSX)' }))
    expect(await screen.findByText('List downloaded')).toBeTruthy()
    expect(asked).toEqual(['/api/v1/cases.file?view=mine&q=paczka&format=xlsx'])
  })

  it('says why it did not come', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ code: 'forbidden', status: 403 }, { status: 403 }))
    shown('customer.export')
    fireEvent.click(screen.getByRole('button', { name: 'Download this list' }))
    fireEvent.click(await screen.findByRole('menuitem', { name: 'CSV' }))
    await waitFor(() => expect(screen.getByRole('alert')).toBeTruthy())
    expect(screen.getByRole('button', { name: 'Download this list' })).toBeTruthy()
  })
})

describe('fetching a file', () => {
  const fetched = (body: Response) => {
    vi.stubGlobal('fetch', async () => body)
    const told: number[] = []
    return fetchFile('/x', new AbortController().signal, (b) => told.push(b)).then((got) => ({ ...got, told }))
  }
  it('tells how much has come and keeps the name', async () => {
    const got = await fetched(file('12345'))
    expect([got.name, got.told.at(-1), await got.body.text()]).toEqual(['cases-2026-05-14.csv', 5, '12345'])
  })
  it('refuses what is too large to be held', async () => {
    const chunk = new Uint8Array(33 * 1024 * 1024)
    const endless = new ReadableStream<Uint8Array>({ pull: (to) => to.enqueue(chunk) })
    await expect(fetched(new Response(endless))).rejects.toMatchObject({ code: 'file.too_large_list', values: { limit: 64 } })
  })
  it('hands out no half of a file', async () => {
    const broken = new ReadableStream<Uint8Array>({ pull: (to) => to.error(new TypeError('gone')) })
    await expect(fetched(new Response(broken))).rejects.toMatchObject({ code: 'network' })
  })
})
