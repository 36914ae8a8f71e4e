import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { Files } from '../conversation/Files'
import { useInsertions } from '../conversation/insertions'
import { useUploads } from '../conversation/useUploads'
import { Blocks } from './Blocks'
import { BlocksEditor } from './editor/BlocksEditor'
import { type EditBlock, blankBlock, toBlocks } from './editor/blocks'
import type { ArticleFile } from './types'
import { useArticles } from './use'

afterEach(() => void vi.unstubAllGlobals())

const file = (id: string, name: string, type: string, size = 2048): ArticleFile => ({ id, name, type, size })
const sheet = file('8', 'prices.pdf', 'application/pdf')
const film = file('9', 'how.mp4', 'video/mp4', 3 * 1024 * 1024)
const sound = file('10', 'greeting.mp3', 'audio/mpeg')

describe('a file of an article', () => {
  it('is told by what it is, its name and its size; a sheet opens apart', () => {
    renderDesk(<Blocks blocks={[{ kind: 'file', text: 'Prices of 2026', file_id: '8', file: sheet }]} />)
    const link = screen.getByRole('link', { name: /Prices of 2026.*prices\.pdf · 2 kB/ })
    expect([link.getAttribute('href'), link.getAttribute('target')]).toEqual(['/api/v1/article-files/8', '_blank'])
  })

  it('plays where it can be seen or heard, never by itself, and can be saved', () => {
    const { container } = renderDesk(<Blocks blocks={[film, sound].map((f) => ({ kind: 'file' as const, text: `About ${f.name}`, file_id: f.id, file: f }))} />)
    for (const [kind, id] of [['video', '9'], ['audio', '10']] as const) {
      const player = container.querySelector(kind)!
      expect([player.getAttribute('src'), player.hasAttribute('controls'), player.hasAttribute('autoplay'), player.hasAttribute('poster')]).toEqual([`/api/v1/article-files/${id}`, true, false, false])
      expect(player.getAttribute('aria-label')).toMatch(/^About /)
    }
    expect(screen.getByRole('link', { name: /how\.mp4 · 3 MB/ }).getAttribute('download')).toBe('how.mp4')
  })
})

/** The editor of one text, whose blocks are told. */
function Editor({ start, onBlocks }: { start: EditBlock[]; onBlocks: (blocks: readonly EditBlock[]) => void }) {
  const [blocks, setBlocks] = useState<readonly EditBlock[]>(start)
  onBlocks(blocks)
  return <BlocksEditor blocks={blocks} language="en" errors={{}} onChange={setBlocks} onPlace={setBlocks} />
}

describe('the editor', () => {
  it('says of a file what it is and whether it goes along', () => {
    let now: readonly EditBlock[] = []
    renderDesk(<Editor start={[{ ...blankBlock('file'), file: '8', known: sheet, text: 'Prices' }]} onBlocks={(blocks) => (now = blocks)} />)
    expect(screen.getByText('prices.pdf')).toBeTruthy()
    expect(screen.queryByLabelText('Kind of block 1')).toBeNull()
    fireEvent.change(screen.getByRole('textbox', { name: /What the file is/ }), { target: { value: 'Prices of 2026' } })
    fireEvent.click(screen.getByRole('checkbox', { name: 'Goes along when the article is put into an answer' }))
    expect(toBlocks(now)).toEqual([{ kind: 'file', text: 'Prices of 2026', file_id: '8', file: sheet, along: true }])
  })

  it('refuses a file that is too large before it is sent', async () => {
    const { container } = renderDesk(<Editor start={[blankBlock()]} onBlocks={() => undefined} />)
    const large = new File([new Uint8Array(10 * 1024 * 1024 + 1)], 'large.zip', { type: 'application/zip' })
    fireEvent.change(container.querySelector('input[type=file]')!, { target: { files: [large] } })
    expect(await screen.findByText('large.zip: Larger than 10 MB')).toBeTruthy()
  })
})

const carried = { attachments: 2, attachment_bytes: 1024 * 1024, attachment_types: undefined as string[] | undefined }

/** A reply that takes files, beside the articles. */
function Reply({ limits, onWords }: { limits: typeof carried; onWords: (words: string) => void }) {
  const files = useUploads('7', limits)
  const [refused, setRefused] = useState<readonly { name: string; reason: string }[]>([])
  const articles = useArticles('7', 'email')
  useInsertions(
    '7',
    (words, along) => {
      onWords(words)
      setRefused(files.bring(along))
    },
    true,
  )
  return (
    <>
      <button type="button" onClick={() => void articles.insert('5', 'en')}>
        Put it in
      </button>
      <Files files={files} refused={refused} onForget={() => setRefused([])} />
      <output>{files.stored.map((f) => f.id).join(' ')}</output>
    </>
  )
}

function serve(files: ArticleFile[]) {
  const copied: string[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url)
    if (pathname.endsWith('/say')) return Response.json({ title: 'Prices', language: 'en', class: 'mail', text: 'The prices', html: '', length: 10, limit: 50_000, fits: true, files })
    const copy = /article-files\/(\d+)\/copies/.exec(pathname)
    if (!copy) return Response.json({ id: '1' })
    copied.push(copy[1]!)
    const of = files.find((f) => f.id === copy[1])!
    return Response.json({ ...of, id: `10${of.id}`, url: `/api/v1/attachments/10${of.id}` }, { status: 201 })
  })
  return copied
}

describe('an article that is put into a reply', () => {
  it('brings copies of its files, each once', async () => {
    const copied = serve([sheet])
    const words = vi.fn()
    renderDesk(<Reply limits={carried} onWords={words} />, { session: sessionWith('knowledge.read') })
    const put = screen.getByRole('button', { name: 'Put it in' })
    fireEvent.click(put)
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe('108'))
    expect(words).toHaveBeenCalledWith('The prices')
    fireEvent.click(put)
    await waitFor(() => expect(words).toHaveBeenCalledTimes(2))
    await act(async () => undefined)
    expect(copied).toEqual(['8'])
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it.each([
    ['too many', { ...carried, attachments: 1 }, 'At most 1 file at once'],
    ['too large', carried, 'Larger than 1 MB'],
    ['of another kind', { ...carried, attachment_bytes: 1e8, attachment_types: ['application/pdf'] }, 'This channel does not carry files of this kind'],
  ])('says which of its files are %s', async (_, limits, reason) => {
    const copied = serve([sheet, film])
    renderDesk(<Reply limits={limits.attachments === 1 ? { ...limits, attachment_bytes: 1e8 } : limits} onWords={() => undefined} />, { session: sessionWith('knowledge.read') })
    fireEvent.click(screen.getByRole('button', { name: 'Put it in' }))
    expect((await screen.findByRole('alert')).textContent).toBe(`how.mp4: ${reason}`)
    await waitFor(() => expect(copied).toEqual(['8']))
  })

  it('says that no file can go', async () => {
    const copied = serve([sheet])
    renderDesk(<Reply limits={{ ...carried, attachments: 0 }} onWords={() => undefined} />, { session: sessionWith('knowledge.read') })
    fireEvent.click(screen.getByRole('button', { name: 'Put it in' }))
    expect((await screen.findByRole('alert')).textContent).toBe('prices.pdf: No files can go with this answer')
    expect(copied).toEqual([])
  })
})
