import { describe, expect, it } from 'vitest'
import { type News, withMention } from './news'

const kept: News = { id: '1', kind: 'mention', conversation_id: '7', entry_id: 'e1', at: '2026-05-14T10:00:00Z' }
const mention = { conversation_id: '7', entry_id: 'e2', by: 'Bálint Kiss', at: '2026-05-14T10:01:00Z' }

describe('news', () => {
  it('come in on top, each once', () => {
    const once = withMention([kept], mention)
    expect(once.map((n) => n.entry_id)).toEqual(['e2', 'e1'])
    expect(once[0]?.read_at).toBeUndefined()
    expect(withMention(once, mention)).toBe(once)
  })
})
