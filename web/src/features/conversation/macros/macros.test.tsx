import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { useInsertions } from '../insertions'
import type { Detail } from '../types'
import { macroSearch } from './search'
import { MacroDialog } from './MacroDialog'
import { type Macro, useMacroPlace } from './open'

afterEach(() => void vi.unstubAllGlobals())

const macro: Macro = { id: '9', name: 'Zwrot', about: 'Gdy klient dostaje zwrot', own: false, do: [{ do: 'add_tags', tags: ['zwrot'] }], archived: false, rev: 1, changed_at: '2026-05-14T10:00:00Z' }
const detail = { id: '7', brand_id: '100' } as Detail

/** A server with one macro, whose uses end as they are given. */
function serve(use: object) {
  const asked: { method: string; path: string; body: unknown }[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname } = new URL(request.url)
    asked.push({ method: request.method, path: pathname, body: request.method === 'POST' ? await request.json() : undefined })
    if (pathname.endsWith('/preview')) return Response.json({ steps: [{ command: { do: 'add_tags', tags: ['zwrot'] }, result: 'did' }, { command: { do: 'send_reply' }, result: 'did', text: 'Cześć Zofia' }], done: true })
    if (pathname.endsWith('/uses')) return Response.json(use)
    return Response.json({ items: pathname.endsWith('/macros') ? [macro, { ...macro, id: '10', name: 'Spam', about: '' }] : [] })
  })
  return asked
}

function Composer({ onInsert }: { onInsert: (words: string) => void }) {
  useInsertions('7', onInsert, true)
  return null
}

describe('a macro', () => {
  it('is found, shown, and done; what it inserts goes into the reply', async () => {
    const asked = serve({ steps: [], insert: 'PS', done: true })
    const closed = vi.fn()
    const inserted = vi.fn()
    renderDesk(
      <>
        <Composer onInsert={inserted} />
        <MacroDialog detail={detail} first={undefined} onClose={closed} />
      </>,
      { session: sessionWith('canned.read') },
    )
    fireEvent.change(await screen.findByRole('searchbox'), { target: { value: 'zwrot' } })
    fireEvent.click(await screen.findByRole('button', { name: /Zwrot/ }))
    await screen.findByText('Cześć Zofia')
    expect(screen.getAllByText('Would be done')).toHaveLength(2)
    expect(asked.some((a) => a.method === 'POST')).toBe(false)
    fireEvent.click(screen.getByRole('button', { name: 'Apply macro' }))
    await waitFor(() => expect(closed).toHaveBeenCalled())
    expect(inserted).toHaveBeenCalledWith('PS', [])
    expect(asked.at(-1)?.body ?? asked.findLast((a) => a.method === 'POST')?.body).toMatchObject({ conversation_id: '7' })
  })

  it('that was stopped says what was done and what was not', async () => {
    serve({ steps: [{ command: { do: 'add_tags', tags: ['zwrot'] }, result: 'did' }, { command: { do: 'send_reply' }, result: 'failed', code: 'reply.closed' }, { command: { do: 'add_note', text: 'x' } }], done: false })
    const closed = vi.fn()
    renderDesk(<MacroDialog detail={detail} first={macro} onClose={closed} />, { session: sessionWith('canned.read') })
    await screen.findByText('Cześć Zofia')
    fireEvent.click(screen.getByRole('button', { name: 'Apply macro' }))
    await screen.findByText(/Not all was done/)
    expect(['Done', 'Failed', 'Not tried'].map((word) => screen.getAllByText(word).length)).toEqual([1, 1, 1])
    expect(closed).not.toHaveBeenCalled()
  })

  it('is offered by the command bar only where a conversation can take it', async () => {
    serve({})
    const signal = new AbortController().signal
    expect(await macroSearch.find('zwrot', signal)).toEqual([])
    const show = vi.fn()
    function Place() {
      useMacroPlace('100', show, true)
      return null
    }
    const { unmount } = renderDesk(<Place />, { session: sessionWith('canned.read') })
    const [found, ...more] = await macroSearch.find('ZWROT', signal)
    expect(more).toEqual([])
    act(() => found?.run?.())
    expect(show).toHaveBeenCalledWith(macro)
    unmount()
    expect(await macroSearch.find('zwrot', signal)).toEqual([])
  })
})
