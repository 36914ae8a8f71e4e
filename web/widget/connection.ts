/**
 * The line to the server: a websocket that comes back by itself, or, where
 * proxies do not let websockets through, long polls that look the same to the
 * rest of the widget.
 */
import type { Frame } from './model'
import type { ClientFrame, ServerFrame } from './protocol'
import { closeForbidden, closeLimited, closeMalformed, closeReplaced, closeUnauthenticated } from './protocol'

export type Status = 'connecting' | 'online' | 'stopped'

export interface Options {
  /** Address of the websocket. */
  url: string
  /** Makes the first frame; may fail while offline. */
  hello(): Promise<ClientFrame>
  onFrame(frame: Frame): void
  onStatus(status: Status): void
  /** The token is no longer taken; the next hello must bring another. */
  onUnauthenticated(): void
  /** Sends one frame over HTTP and returns the answer. */
  post(frame: ClientFrame): Promise<ServerFrame>
  /** Waits over HTTP for what is new and returns it. */
  poll(signal: AbortSignal): Promise<Frame[]>
}

const firstWait = 500
const longestWait = 30_000
const limitedWait = 30_000
const silence = 50_000 // two and a half heartbeats
const pingAnswer = 5_000
const dialLimit = 15_000
const socketTries = 3 // failures in a row before polling

export interface Connection {
  start(): void
  stop(): void
  /** Reports whether the frame was handed over; only an answer says that it arrived. */
  send(frame: ClientFrame): boolean
  /** Tries at once: the network or the tab is back. */
  wake(): void
}

/** Returns how long to wait before the try after `failures` failures: doubling, half of it by chance. */
export function backoff(failures: number, chance = Math.random()): number {
  const full = Math.min(longestWait, firstWait * 2 ** failures)
  return full / 2 + (full / 2) * chance
}

/** Returns a connection that is not yet started. */
export function connect(o: Options): Connection {
  let socket: WebSocket | undefined
  let polling: AbortController | undefined
  let failures = 0
  let welcomed = false
  let probed = false // polls have shown that the network works
  let running = false
  let asleep = false
  let dialling = false
  let retryTimer: ReturnType<typeof setTimeout> | undefined
  let silenceTimer: ReturnType<typeof setTimeout> | undefined

  function later(wait: number) {
    clearTimeout(retryTimer)
    if (running) retryTimer = setTimeout(dial, wait)
  }

  function listenFor(wait: number) {
    clearTimeout(silenceTimer)
    silenceTimer = setTimeout(() => lost(), wait)
  }

  async function dial() {
    clearTimeout(retryTimer)
    if (dialling || socket || polling || !running) return
    dialling = true
    asleep = false
    o.onStatus('connecting')
    try {
      const hello = await o.hello()
      if (!running) return
      if (failures >= socketTries) startPolling(hello)
      else openSocket(hello)
    } catch {
      later(backoff(failures++))
    } finally {
      dialling = false
    }
  }

  function openSocket(hello: ClientFrame) {
    const ws = new WebSocket(o.url)
    socket = ws
    welcomed = false
    listenFor(dialLimit)
    ws.onopen = () => ws.send(JSON.stringify(hello))
    ws.onmessage = (e) => {
      if (ws !== socket) return
      listenFor(silence)
      receive(JSON.parse(e.data))
    }
    ws.onclose = (e) => ws === socket && lost(e.code)
  }

  function receive(frame: ServerFrame) {
    if (frame.type === 'welcome') {
      welcomed = true
      probed = false
      failures = 0
    }
    o.onFrame(frame)
    if (frame.type === 'welcome') o.onStatus('online')
  }

  function drop() {
    const old = socket
    socket = undefined
    clearTimeout(silenceTimer)
    old?.close()
    polling?.abort()
    polling = undefined
  }

  function lost(code = 0) {
    drop()
    if (!running) return
    o.onStatus('connecting')
    switch (code) {
      case closeMalformed:
      case closeForbidden:
        running = false
        o.onStatus('stopped')
        return
      case closeReplaced:
        asleep = true
        return
      case closeLimited:
        return later(limitedWait)
      case closeUnauthenticated:
        o.onUnauthenticated()
    }
    later(backoff(failures))
    if (!welcomed) failures++
    welcomed = false
  }

  // The first poll that succeeds shows that there is a network: then a socket gets
  // one more chance. Only if that fails too it is websockets that do not get through.
  async function startPolling(hello: ClientFrame) {
    const own = (polling = new AbortController())
    let online = false
    try {
      while (polling === own) {
        const frames = await o.poll(own.signal)
        if (polling !== own) return
        if (!probed) {
          probed = true
          polling = undefined
          return openSocket(hello)
        }
        frames.forEach((f) => o.onFrame(f))
        if (!online) o.onStatus('online')
        online = true
      }
    } catch {
      if (polling !== own) return
      drop()
      if (online) [failures, probed] = [0, false]
      o.onStatus('connecting')
      later(backoff(failures++))
    }
  }

  return {
    start() {
      running = true
      dial()
    },
    stop() {
      running = false
      clearTimeout(retryTimer)
      drop()
      o.onStatus('stopped')
    },
    send(frame) {
      if (polling) {
        const own = polling
        o.post(frame).then(
          (answer) => own === polling && o.onFrame(answer),
          () => {}, // the outbox asks again
        )
        return true
      }
      if (!welcomed || socket?.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(frame))
      return true
    },
    wake() {
      if (!running) return
      if (welcomed && socket?.readyState === WebSocket.OPEN) {
        socket.send('{"type":"ping"}')
        listenFor(pingAnswer)
      } else if (!socket && !polling) {
        if (!asleep || !document.hidden) dial()
      }
    },
  }
}
