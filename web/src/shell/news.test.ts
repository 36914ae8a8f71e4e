import { describe, expect, it } from 'vitest'
import { type News, newsName, withCaseAlert, withMention } from './news'

const kept: News = { id: '1', kind: 'mention', conversation_id: '7', entry_id: 'e1', at: '2026-05-14T10:00:00Z' }
const mention = { conversation_id: '7', entry_id: 'e2', by: 'Bálint Kiss', at: '2026-05-14T10:01:00Z' }

describe('news', () => {
  it('come in on top, each once', () => {
    const once = withMention([kept], mention)
    expect(once.map((n) => n.entry_id)).toEqual(['e2', 'e1'])
    expect(once[0]?.read_at).toBeUndefined()
    expect(withMention(once, mention)).toBe(once)
  })

  it('of cases come in on top, each once, and are told apart without ids', () => {
    const warned = { case_id: '9', kind: 'case.warned' as const, at: '2026-05-14T10:02:00Z' }
    const breached = { ...warned, kind: 'case.breached' as const, at: '2026-05-14T10:30:00Z' }
    const both = withCaseAlert(withCaseAlert([kept], warned), breached)
    expect(both.map((n) => n.kind)).toEqual(['case.breached', 'case.warned', 'mention'])
    expect(withCaseAlert(both, warned)).toBe(both)
    expect(new Set(both.map(newsName)).size).toBe(3)
  })
})
