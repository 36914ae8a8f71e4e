// A message centre made of node-smpp. It prints what it takes, one JSON a line, answers each message with a
// receipt, and brings what it reads from its input.
import { createInterface } from 'node:readline'
import smpp from 'smpp'

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
let session
let next = 1

const server = smpp.createServer({}, (peer) => {
  peer.on('error', () => {})
  for (const bind of ['bind_transceiver', 'bind_transmitter']) {
    peer.on(bind, (pdu) => {
      const good = pdu.system_id === 'fala' && pdu.password === 'tajne'
      peer.send(pdu.response({ command_status: good ? smpp.ESME_ROK : smpp.ESME_RBINDFAIL }))
      if (good) session = peer
      say({ bind, good })
    })
  }
  peer.on('enquire_link', (pdu) => peer.send(pdu.response()))
  peer.on('unbind', (pdu) => {
    peer.send(pdu.response())
    peer.close()
  })
  peer.on('submit_sm', (pdu) => {
    const id = `n${next++}`
    peer.send(pdu.response({ message_id: id }))
    say({
      id, from: pdu.source_addr, to: pdu.destination_addr, ton: pdu.dest_addr_ton, coding: pdu.data_coding, esm: pdu.esm_class,
      text: pdu.short_message.message.toString(), udh: (pdu.short_message.udh ?? []).map((e) => e.toString('hex')), receipt: pdu.registered_delivery,
    })
    peer.deliver_sm({
      source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4, message_state: 2, receipted_message_id: id,
      short_message: `id:${id} sub:001 dlvrd:001 submit date:2611290641 done date:2611290642 stat:DELIVRD err:000 text:`,
    })
  })
})

server.listen(0, '127.0.0.1', () => say({ port: server.address().port }))

createInterface({ input: process.stdin }).on('line', (line) => {
  const { from, to, text, udh } = JSON.parse(line)
  const message = udh ? { udh: Buffer.from(udh, 'hex'), message: text } : text
  session.deliver_sm({ source_addr: from, source_addr_ton: 1, source_addr_npi: 1, destination_addr: to, short_message: message, ...(udh && { esm_class: 0x40 }) }, (pdu) => say({ delivered: pdu.command_status }))
})
