import { describe, expect, it } from 'vitest'
import type { FacebookPage } from '../types'
import { blankPage, newPageBody, pageBody, pageInput } from './form'

const page = {
  id: '1', brand_id: '2', queue_id: '3', name: 'Fala', page_id: '1906385232743451', human_agent: false, has_token: true, active: true, health: 'ok', archived: false, created_at: '', updated_at: '',
} satisfies FacebookPage

describe('the form of a page', () => {
  it('changes nothing by looking, and never sends a token that was not entered', () => {
    expect(pageBody(pageInput(page), pageInput(page))).toEqual({})
    expect(pageBody({ ...pageInput(page), name: ' Sklep ', token: '  ' }, pageInput(page))).toEqual({ name: 'Sklep' })
  })

  it('sends a new token without what was copied around it', () => {
    expect(pageBody({ ...pageInput(page), token: ' EAAG1 \n', human_agent: true }, pageInput(page))).toEqual({ token: 'EAAG1', human_agent: true })
  })

  it('connects a page under its own name unless another is given', () => {
    expect(newPageBody({ ...blankPage, brand_id: '2', queue_id: '3', token: 'EAAG1' })).toEqual({ brand_id: '2', queue_id: '3', token: 'EAAG1', human_agent: false })
    expect(newPageBody({ ...blankPage, brand_id: '2', queue_id: '3', token: 'EAAG1', name: 'Fala' })).toMatchObject({ name: 'Fala' })
  })
})
