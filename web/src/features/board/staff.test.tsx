import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { useQuery } from '@tanstack/react-query'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk } from '@/testing/render'
import { boardKey, boardQuery } from './api'
import { takeAgent } from './frames'
import { someAgent, someBoard, someQueue } from './sample'
import { StaffProvider, useStaff } from './staff'
import type { Board } from './types'
import { useMoves } from './useMoves'

const ola = someAgent('1', { name: 'Ola Nowicka', queues: [{ id: 'a', enabled: true }] })
const before = someBoard([someQueue('a', { name: 'Orders' }), someQueue('b', { name: 'Returns' })], [ola])

function Agents() {
  const { board } = useStaff()
  const { drop } = useMoves()
  return (
    <>
      <p data-testid="queues">{board.agents.map((a) => a.queues.map((q) => q.id).join('+')).join(' ')}</p>
      <p data-testid="load">{board.agents[0]?.load}</p>
      <button type="button" onClick={() => drop(board.agents[0]!, 'a', 'b')}>
        Move
      </button>
    </>
  )
}

function Screen() {
  const board = useQuery(boardQuery).data
  return board ? (
    <StaffProvider board={board}>
      <Agents />
    </StaffProvider>
  ) : null
}

/** A server that answers when it is told to. */
function stubServer(board: () => Board) {
  const posts: { answer: (r: Response) => void; body: Promise<unknown> }[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    if (request.method === 'GET') return Promise.resolve(Response.json(board()))
    const body = request.clone().text()
    return new Promise<Response>((answer) => posts.push({ answer, body: body.then((t) => ({ path: new URL(request.url).pathname, ...JSON.parse(t) })) }))
  })
  return posts
}

const queues = () => screen.getByTestId('queues').textContent

afterEach(() => void vi.unstubAllGlobals())

describe('a move', () => {
  it('shows at once, outlasts frames that do not know it, and stays when it is made', async () => {
    let stored = before
    const posts = stubServer(() => stored)
    const { cache } = renderDesk(<Screen />)
    fireEvent.click(await screen.findByText('Move'))
    await waitFor(() => expect(queues()).toBe('b'))
    act(() => void cache.setQueryData<Board>(boardKey, (b) => b && takeAgent(b, { ...ola, load: 40 })))
    await waitFor(() => expect(screen.getByTestId('load').textContent).toBe('40'))
    expect(queues()).toBe('b')

    await waitFor(() => expect(posts).toHaveLength(1))
    stored = someBoard(before.queues, [{ ...ola, queues: [{ id: 'b', enabled: true }] }])
    posts[0]!.answer(new Response(null, { status: 204 }))
    await screen.findByText('Ola Nowicka moved from Orders to Returns')
    expect(queues()).toBe('b')
  })

  it('that is refused is put back with the reason', async () => {
    const posts = stubServer(() => before)
    renderDesk(<Screen />)
    fireEvent.click(await screen.findByText('Move'))
    await waitFor(() => expect(posts).toHaveLength(1))
    expect(queues()).toBe('b')
    posts[0]!.answer(Response.json({ code: 'forbidden' }, { status: 403 }))
    await waitFor(() => expect(queues()).toBe('a'))
    expect((await screen.findByRole('alert')).textContent).toContain('You are not allowed')
  })

  it('is undone by putting both memberships back, in order', async () => {
    const posts = stubServer(() => before)
    renderDesk(<Screen />)
    fireEvent.click(await screen.findByText('Move'))
    await waitFor(() => expect(posts).toHaveLength(1))
    posts[0]!.answer(new Response(null, { status: 204 }))
    fireEvent.click(await screen.findByText(/^Undo/))
    await waitFor(() => expect(posts).toHaveLength(2))
    expect(await posts[1]!.body).toEqual({ path: '/api/v1/agents/1/queues/a', member: true, enabled: true })
    posts[1]!.answer(new Response(null, { status: 204 }))
    await waitFor(() => expect(posts).toHaveLength(3))
    expect(await posts[2]!.body).toEqual({ path: '/api/v1/agents/1/queues/b', member: false, enabled: false })
    posts[2]!.answer(new Response(null, { status: 204 }))
  })
})
