import { RouterProvider, createMemoryHistory, createRootRoute, createRouter } from '@tanstack/react-router'
import { screen } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { CaseBoard } from './CaseBoard'
import { CaseHead } from './CaseHead'
import { CaseRowView } from './CaseRowView'
import type { CaseDetail, CaseRow } from './types'

afterEach(() => void vi.unstubAllGlobals())

const row = {
  id: '7', number: 7, brand_id: '1', subject: 'No light', status_id: '1', category: 'new', priority: 'normal', tags: [], fields: {}, open: true, version: 1,
  opened_at: '2026-05-14T10:00:00Z', changed_at: '2026-05-14T10:00:00Z', reopened: 0, breached: false, customer: { id: '3', name: '' },
} as unknown as CaseRow

/** Shows a part where links lead somewhere. */
function show(part: ReactNode) {
  vi.stubGlobal('fetch', async (request: Request) => Response.json(request.url.includes('board') ? { columns: [{ status_id: '1', count: 1, items: [row] }] } : { items: [] }))
  const routeTree = createRootRoute({ component: () => part })
  return renderDesk(<RouterProvider router={createRouter({ routeTree, history: createMemoryHistory() }) as never} />, { session: sessionWith('case.read') })
}

describe('a customer without a name', () => {
  it.each([
    ['on the board', () => <CaseBoard search={{}} />],
    ['in the head of a case', () => <CaseHead detail={{ ...row, conversations: [], cases: [], links: [], checklist: [], notes: [], watchers: [] } as unknown as CaseDetail} editable={false} onMerge={vi.fn()} onAnswer={vi.fn()} />],
    ['in the list', () => <CaseRowView row={row} current={false} first left={false} onFocus={vi.fn()} />],
  ])('is called so %s', async (_, part) => {
    show(part())
    expect(await screen.findByText('Unnamed customer')).toBeTruthy()
  })
})
