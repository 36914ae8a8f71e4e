import type { Board, BoardAgent, BoardQueue, BoardTotals } from './types'

/** Takes a queue's row as the server now has it; one that was not there comes in by its name. */
export function takeQueue(board: Board, queue: BoardQueue): Board {
  return { ...board, queues: takeRow(board.queues, queue) }
}

/** Takes an agent's row as the server now has it. */
export function takeAgent(board: Board, agent: BoardAgent): Board {
  return { ...board, agents: takeRow(board.agents, agent) }
}

export function takeTotals(board: Board, totals: BoardTotals): Board {
  return { ...board, totals }
}

function takeRow<T extends { id: string; name: string }>(rows: T[], row: T): T[] {
  const at = rows.findIndex((r) => r.id === row.id)
  if (at >= 0) return rows.with(at, row)
  return [...rows, row].toSorted((a, b) => a.name.localeCompare(b.name))
}
