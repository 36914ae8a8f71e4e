// The network of the AT Protocol as its makers have it: servers of accounts, a directory, and what all see, of
// @atproto/dev-env. It has somebody do what it reads from its input, and prints what came of it, one JSON a line.
import { createInterface } from 'node:readline'
import './today.mjs'
import { TestNetwork } from '@atproto/dev-env'

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
console.log = console.info = (...words) => process.stderr.write(`${words.join(' ')}\n`)

const letters = [...String(process.pid)].map((d) => 'abcdefghij'[d]).join('') // a schema has no digits
const network = await TestNetwork.create({ dbPostgresSchema: `zongler_${letters}` })
const account = async (name) => {
  const agent = network.pds.getAgent()
  await agent.createAccount({ email: `${name}@mail.example`, handle: `${name}.test`, password: 'main-password' })
  return agent
}
const us = await account('fala')
const zofia = await account('zofia')
const { data: app } = await us.com.atproto.server.createAppPassword({ name: 'zongler', privileged: true })
await network.processAll()
say({ url: network.pds.url, directory: network.plc.url, handle: 'fala.test', password: app.password, main: 'main-password', zofia: zofia.accountDid })

const acts = {
  /** Zofia publishes something; what it names is a facet. */
  async say({ text, parent }) {
    const record = { text, createdAt: new Date().toISOString() }
    const at = Buffer.from(text).indexOf('@fala.test')
    if (at >= 0) {
      const mention = { $type: 'app.bsky.richtext.facet#mention', did: us.accountDid }
      record.facets = [{ index: { byteStart: at, byteEnd: at + 10 }, features: [mention] }]
    }
    if (parent) {
      const { data } = await zofia.app.bsky.feed.getPostThread({ uri: parent, depth: 0, parentHeight: 0 })
      const ref = { uri: data.thread.post.uri, cid: data.thread.post.cid }
      record.reply = { root: data.thread.post.record.reply?.root ?? ref, parent: ref }
    }
    return { said: (await zofia.post(record)).uri }
  },
  /** What Zofia sees of a post. */
  async read({ uri }) {
    const { data } = await zofia.app.bsky.feed.getPostThread({ uri, depth: 0, parentHeight: 0 }).catch((e) => ({ data: { thread: { post: { gone: e.error } } } }))
    return { post: data.thread.post }
  },
  /** Why Zofia was told of something. */
  async told() {
    const { data } = await zofia.app.bsky.notification.listNotifications()
    return { told: data.notifications.map((n) => ({ reason: n.reason, uri: n.uri })) }
  },
}

const lines = createInterface({ input: process.stdin })
for await (const line of lines) {
  const { act, ...rest } = JSON.parse(line)
  try {
    await network.processAll()
    const came = await acts[act](rest)
    await network.processAll()
    say(came)
  } catch (e) {
    say({ failed: `${act}: ${e}` })
  }
}
await network.close()
