// The real program for browser tests: its own port, its own empty data folder.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

const readyWithin = 120_000

/** Finds a port that nobody listens on. */
async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/**
 * Starts a command of zongler (demo, serve) and waits until it is ready.
 * `stop()` ends it and deletes its data; `log()` is what it said.
 */
export async function start(command, ...flags) {
  const bin = process.env.ZONGLER_BIN ?? path.resolve(import.meta.dirname, '../../bin/zongler')
  const data = await mkdtemp(path.join(tmpdir(), 'zongler-e2e-'))
  const port = await freePort()
  const child = spawn(bin, [command, ...flags], { env: { ...process.env, ZONGLER_DATA: data, ZONGLER_HTTP_ADDR: `127.0.0.1:${port}` } })
  let said = ''
  let ended = false
  child.stdout.on('data', (text) => (said += text))
  child.stderr.on('data', (text) => (said += text))
  const exit = new Promise((resolve) => child.on('exit', () => resolve((ended = true))))
  const baseURL = `http://localhost:${port}`
  const stop = async () => {
    child.kill('SIGTERM')
    await exit
    await rm(data, { recursive: true, force: true })
  }
  const until = Date.now() + readyWithin
  while (!(await answers(`${baseURL}/readyz`))) {
    if (ended || Date.now() > until) {
      await stop()
      throw new Error(`zongler ${command} is not ready:\n${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return { baseURL, stop, log: () => said }
}

async function answers(address) {
  try {
    return (await fetch(address)).ok
  } catch {
    return false
  }
}
