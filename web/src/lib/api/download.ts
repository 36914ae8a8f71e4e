import { Problem, toProblem, unreachable } from './problem'

/** The most that is taken as one file, in bytes; what is larger needs a narrower filter. */
export const largestDownload = 64 * 1024 * 1024

export interface Fetched {
  name: string
  body: Blob
}

/** Fetches a file whole: half of one is never handed out. `onBytes` is told how much has come. */
export async function fetchFile(url: string, signal: AbortSignal, onBytes: (bytes: number) => void): Promise<Fetched> {
  try {
    const answer = await fetch(url, { signal, credentials: 'same-origin' })
    if (!answer.ok) throw toProblem(answer, await answer.json().catch(() => null))
    const parts: Uint8Array<ArrayBuffer>[] = []
    let bytes = 0
    const reader = answer.body?.getReader()
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      parts.push(part.value)
      bytes += part.value.byteLength
      if (bytes > largestDownload) {
        await reader?.cancel()
        throw new Problem({ code: 'file.too_large_list', values: { limit: largestDownload / (1024 * 1024) } })
      }
      onBytes(bytes)
    }
    return { name: nameIn(answer.headers.get('Content-Disposition')), body: new Blob(parts, { type: answer.headers.get('Content-Type') ?? undefined }) }
  } catch (error) {
    if (error instanceof Problem || (error instanceof DOMException && error.name === 'AbortError')) throw error
    throw new Problem({ code: unreachable })
  }
}

const nameIn = (disposition: string | null) => /filename="([^"]+)"/.exec(disposition ?? '')?.[1] ?? 'list'

/** Hands a file to the browser, which keeps it where the person keeps such files. */
export function saveFile({ name, body }: Fetched) {
  const url = URL.createObjectURL(body)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
