import { Problem, uniqueId } from '@/lib/api'
import { toProblem } from '@/lib/api/problem'
import type { Attachment } from './types'

const address = '/api/v1/attachments'

/** A file on its way to the server. */
export interface Upload {
  key: string
  name: string
  size: number
  /** From 0 to 1. */
  progress: number
  /** What the server made of it, once it is there. */
  stored?: Attachment
  error?: unknown
  /** Of what it is a copy, where it lies elsewhere too. */
  of?: string
}

/** A file that the server has elsewhere, to go along with a reply as a copy. */
export interface Along {
  id: string
  name: string
  size: number
  /** By its bytes. */
  type: string
  copy: (signal: AbortSignal) => Promise<Attachment>
}

/** Sends one file and tells how far it is. Requests that tell of their upload's progress need the older interface. */
export function sendFile<Stored = Attachment>(file: File, onProgress: (share: number) => void, signal: AbortSignal, to = address): Promise<Stored> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest()
    request.open('POST', to)
    request.responseType = 'json'
    request.setRequestHeader('X-Filename', encodeURIComponent(file.name))
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    request.setRequestHeader('Idempotency-Key', uniqueId())
    request.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0)
    request.onload = () => (request.status < 300 ? done(request.response as Stored) : fail(toProblem(new Response(null, { status: request.status }), request.response)))
    request.onerror = () => fail(new Problem({ code: 'network' }))
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

