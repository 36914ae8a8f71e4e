import type { Board, BoardAgent, BoardQueue, Today } from './types'

// Small builders for tests: each test says what it reads, the rest is quiet.

const quietDay: Today = { offered: 0, answered: 0, abandoned: 0, short_abandoned: 0, open: 0, late: 0, target_percent: 80, target_seconds: 20, longest_wait_s: 0, handled: 0, answers: 0 }

export const someDay = (day: Partial<Today> = {}): Today => ({ ...quietDay, ...day })

export const someQueue = (id: string, queue: Partial<BoardQueue> = {}): BoardQueue => ({ id, name: `Queue ${id}`, brand_id: '1', waiting: 0, offered_now: 0, active: 0, agents: [], agents_free: 0, agents_busy: 0, agents_wrap_up: 0, agents_away: 0, today: quietDay, ...queue })

export const someAgent = (id: string, agent: Partial<BoardAgent> = {}): BoardAgent => ({ id, name: `Agent ${id}`, presence: 'available', activity: 'available', load: 0, capacity: 100, channels: { chat: true, mail: true }, queues: [], skills: [], team_ids: [], work: [], ...agent })

export const someBoard = (queues: BoardQueue[], agents: BoardAgent[]): Board => ({ at: '2026-03-14T10:00:00Z', live: true, totals: { waiting: 0, today: quietDay, agents: {} }, queues, agents })
