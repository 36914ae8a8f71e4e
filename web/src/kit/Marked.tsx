/** A stretch of plain text that is, or is not, what was looked for. */
export interface Run {
  text: string
  hit?: boolean
}

/** A text of the server with what was looked for marked. It is text and nothing else: no markup in it is read. */
export function Marked({ runs }: { runs: readonly Run[] }) {
  return (
    <>
      {runs.map((run, i) => (run.hit ? <mark key={i}>{run.text}</mark> : <span key={i}>{run.text}</span>))}
    </>
  )
}

/** The same as words alone, for names and titles. */
export const wordsOf = (runs: readonly Run[]) => runs.map((r) => r.text).join('')
