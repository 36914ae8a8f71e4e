/** Just enough of RFC 6455 for a test's server: unfragmented text frames, close, ping. */
import { createHash } from 'node:crypto'

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Takes over an HTTP connection; onText hears each text frame. */
export function accept(request, stream, { onText, onClose }) {
  const key = createHash('sha1').update(request.headers['sec-websocket-key'] + magic).digest('base64')
  stream.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`)
  let rest = Buffer.alloc(0)
  const send = (opcode, body) => {
    if (stream.writable) stream.write(Buffer.concat([head(opcode, body.length), body]))
  }
  stream.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (let frame = read(rest); frame; frame = read(rest)) {
      rest = rest.subarray(frame.size)
      if (frame.opcode === 1) onText(frame.body.toString())
      if (frame.opcode === 8) stream.end(Buffer.concat([head(8, frame.body.length), frame.body]))
      if (frame.opcode === 9) send(10, frame.body)
    }
  })
  stream.on('close', onClose)
  stream.on('error', () => {})
  return {
    text: (body) => send(1, Buffer.from(body)),
    close(code) {
      const body = Buffer.alloc(2)
      body.writeUInt16BE(code)
      send(8, body)
      stream.end()
    },
    cut: () => stream.destroy(),
  }
}

function head(opcode, length) {
  if (length < 126) return Buffer.from([0x80 | opcode, length])
  const long = Buffer.from([0x80 | opcode, 126, 0, 0])
  long.writeUInt16BE(length, 2)
  return long
}

function read(data) {
  if (data.length < 6) return undefined
  const short = data[1] & 0x7f
  const start = short === 126 ? 8 : 6
  if (data.length < start) return undefined
  const length = short === 126 ? data.readUInt16BE(2) : short
  const size = start + length
  if (data.length < size) return undefined
  const mask = data.subarray(start - 4, start)
  const body = Buffer.from(data.subarray(start, size).map((b, i) => b ^ mask[i % 4]))
  return { opcode: data[0] & 0x0f, body, size }
}
