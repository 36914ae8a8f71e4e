import { fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import { CaseSettingsPage } from '../admin/cases/CaseSettingsPage'
import { CaseHold } from './CaseHold'
import { topicsFor } from './settings'
import { TopicField } from './TopicField'

afterEach(() => void vi.unstubAllGlobals())

interface Asked {
  method: string
  path: string
  body: unknown
}

function serve(answers: Record<string, unknown>) {
  const asked: Asked[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.text()
    const path = new URL(request.url).pathname
    asked.push({ method: request.method, path, body: text ? JSON.parse(text) : undefined })
    return Response.json(answers[`${request.method} ${path}`] ?? answers[path] ?? {})
  })
  return asked
}

describe('topics', () => {
  it('are those that are offered, and the one that the case has', () => {
    expect(topicsFor(['Fault', 'Invoice'], undefined)).toEqual(['Fault', 'Invoice'])
    expect(topicsFor(['Fault'], 'From a rule')).toEqual(['Fault', 'From a rule'])
    expect(topicsFor(['Fault'], 'Fault')).toEqual(['Fault'])
  })

  it('are chosen on a case, and taken away again', async () => {
    serve({ '/api/v1/case-settings': { reopen_days: 14, topics: ['Fault', 'Invoice'] } })
    const chosen: string[] = []
    renderDesk(<TopicField value="Fault" disabled={false} onChange={(topic) => chosen.push(topic)} />, { session: sessionWith('case.edit') })
    fireEvent.click(await screen.findByRole('combobox', { name: 'Topic' }))
    fireEvent.click(await screen.findByRole('option', { name: 'Invoice' }))
    fireEvent.click(screen.getByRole('option', { name: 'No topic', hidden: true }))
    expect(chosen).toEqual(['Invoice', ''])
  })
})

describe('the settings of cases', () => {
  it('are saved as a whole', async () => {
    const asked = serve({ 'GET /api/v1/case-settings': { reopen_days: 14, topics: ['Fault'] }, 'PUT /api/v1/case-settings': { reopen_days: 30, topics: ['Fault'] } })
    renderDesk(<CaseSettingsPage />, { session: sessionWith('case.setup') })
    fireEvent.change(await screen.findByRole('textbox', { name: /Days in which/ }), { target: { value: '30' } })
    fireEvent.click(screen.getByRole('button', { name: 'Save' }))
    await waitFor(() => expect(asked.find((a) => a.method === 'PUT')?.body).toEqual({ reopen_days: 30, topics: ['Fault'] }))
    expect(await screen.findByText('Settings saved')).toBeTruthy()
  })
})

describe('the hold on a case', () => {
  const hold = { id: '3', brand_id: '1', case_id: '7', reason: 'Court 12/26', placed_at: '2026-05-14T10:00:00Z' }

  it('is nothing for who may not hold', () => {
    serve({})
    renderDesk(<CaseHold id="7" />, { session: sessionWith('case.edit') })
    expect(screen.queryByText('Legal hold')).toBeNull()
  })
  it('is placed with a reason', async () => {
    const asked = serve({ 'GET /api/v1/holds': { items: [] }, 'POST /api/v1/holds': hold })
    renderDesk(<CaseHold id="7" />, { session: sessionWith('hold.edit') })
    fireEvent.click(await screen.findByRole('button', { name: 'Place a hold' }))
    fireEvent.change(await screen.findByRole('textbox', { name: /Reason/ }), { target: { value: ' Court 12/26 ' } })
    fireEvent.submit(screen.getByRole('textbox', { name: /Reason/ }).closest('form')!)
    await waitFor(() => expect(asked.find((a) => a.method === 'POST')).toEqual({ method: 'POST', path: '/api/v1/holds', body: { case_id: '7', reason: 'Court 12/26' } }))
  })
  it('is shown with its reason, and released', async () => {
    const asked = serve({ 'GET /api/v1/holds': { items: [hold] } })
    renderDesk(<CaseHold id="7" />, { session: sessionWith('hold.edit') })
    expect(await screen.findByText('Court 12/26')).toBeTruthy()
    fireEvent.click(screen.getByRole('button', { name: 'Release the hold' }))
    fireEvent.change(await screen.findByRole('textbox', { name: /Reason/ }), { target: { value: 'settled' } })
    fireEvent.submit(screen.getByRole('textbox', { name: /Reason/ }).closest('form')!)
    await waitFor(() => expect(asked.find((a) => a.method === 'POST')).toEqual({ method: 'POST', path: '/api/v1/holds/3/release', body: { reason: 'settled' } }))
  })
})
