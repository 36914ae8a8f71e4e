/**
 * A server that speaks the widget's protocol for the tests of the widget alone:
 * one visitor at a time, everything in memory, the agent played by the test.
 */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { accept } from './socket.mjs'

const built = path.resolve(import.meta.dirname, '../../dist/w')
const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC', 'base64')
const marta = { name: 'Marta Zielińska', initials: 'MZ' }
const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET, POST, DELETE', 'Access-Control-Allow-Headers': 'authorization, content-type, x-file-name', 'Access-Control-Max-Age': '7200' }

export class FakeServer {
  /** Every message that was stored, by cid: what "once" is judged by. */
  said = []
  surveys = []
  addresses = []
  offline = []
  pages = []
  visits = []
  visitors = 0
  visitor = { id: 'v1', known: false }
  history = []
  sockets = new Set()
  refuseSockets = false
  loseNextAnswer = false
  config = {}
  conversation = undefined
  /** Conversations that are over, by id, beside the one that goes on. */
  past = new Map()
  ids = 100

  async start() {
    this.http = createServer((q, a) => this.answer(q, a).catch((e) => a.writeHead(500, cors).end(String(e))))
    this.http.on('upgrade', (q, stream) => this.upgrade(q, stream))
    await new Promise((done) => this.http.listen(0, '127.0.0.1', done))
    this.base = `http://127.0.0.1:${this.http.address().port}`
    return this
  }

  stop() {
    this.cut()
    this.http.closeAllConnections()
    this.http.close()
  }

  // What the test's agent does.

  state(change) {
    Object.assign(this.conversation.state, change)
    this.tell('state', this.conversation.state)
  }

  join() {
    this.state({ phase: 'active', agent: marta, position: undefined, wait: undefined, delivered: this.seq() })
    this.entry({ kind: 'system', author: { kind: 'system', name: marta.name }, event: 'joined' })
  }

  reply(text, more = {}) {
    return this.entry({ kind: 'message', author: { kind: 'agent', ...marta }, text, ...more })
  }

  typing(on = true) {
    this.tell('typing', { conversation: this.conversation.id, on })
  }

  read() {
    this.conversation.state.read = this.seq()
    this.tell('read', { conversation: this.conversation.id, seq: this.seq() })
  }

  close(survey) {
    this.entry({ kind: 'system', author: { kind: 'system', name: marta.name }, event: 'ended_by_agent' })
    this.state({ phase: 'closed', survey })
  }

  /** Breaks all connections as a network does: without a word. */
  cut() {
    for (const s of this.sockets) s.cut()
  }

  entry(e) {
    const { id, entries } = this.conversation
    const entry = { conversation: id, seq: this.seq() + 2, at: new Date().toISOString(), ...e }
    entries.push(entry)
    this.tell('entry', entry)
    return entry
  }

  seq() {
    return this.conversation.entries.at(-1)?.seq ?? 0
  }

  tell(type, data) {
    for (const s of this.sockets) if (s.greeted) s.text(JSON.stringify({ type, data }))
  }

  // The protocol.

  upgrade(request, stream) {
    if (this.refuseSockets) return stream.destroy()
    const socket = accept(request, stream, {
      onText: (text) => this.frame(socket, JSON.parse(text)),
      onClose: () => this.sockets.delete(socket),
    })
    this.sockets.add(socket)
  }

  frame(socket, { type, data }) {
    if (type === 'hello') return this.greet(socket, data)
    const answer = this.handle(type, data)
    if (!answer) return
    if (this.loseNextAnswer) {
      this.loseNextAnswer = false
      return socket.cut()
    }
    socket.text(JSON.stringify(answer))
  }

  greet(socket, { token, conversation, seq }) {
    if (token !== 'token-1') return socket.close(4401)
    socket.greeted = true
    const c = this.conversation
    const known = c && (!conversation || conversation === c.id)
    socket.text(JSON.stringify({ type: 'welcome', data: { visitor: this.visitor, state: known ? c.state : undefined } }))
    if (known) for (const e of c.entries) if (e.seq > seq) socket.text(JSON.stringify({ type: 'entry', data: e }))
  }

  handle(type, data = {}) {
    const { cid } = data
    switch (type) {
      case 'prechat':
        if (this.refusal) return { type: 'error', data: { cid, ...this.refusal } }
        if (!this.conversation || this.conversation.state.phase === 'closed') this.open(data)
        return { type: 'opened', data: { cid, state: this.conversation.state } }
      case 'say':
        if (this.conversation?.state.phase === 'closed' && !this.conversation.state.gone) return { type: 'error', data: { cid, code: 'chat.ended', text: 'This conversation has ended.' } }
        if (this.conversation.state.gone) this.state({ phase: 'queued', gone: undefined })
        return { type: 'said', data: this.say(data) }
      case 'end': {
        // Who was talked to goes through wrap-up, in which writing still reaches the agent.
        const { agent } = this.conversation.state
        this.entry({ kind: 'system', author: { kind: 'system' }, event: 'ended_by_visitor' })
        this.state({ phase: agent ? 'wrap_up' : 'closed', survey: agent && 'asked' })
        return { type: 'done', data: { cid } }
      }
      case 'survey':
        if (this.refusal) return { type: 'error', data: { cid, ...this.refusal } }
        this.surveys.push(data)
        this.state({ survey: 'done' })
        return { type: 'done', data: { cid } }
      case 'address':
        this.addresses.push(data.email)
        this.state({ mail: 'known' })
        return { type: 'done', data: { cid } }
      case 'ping':
        return { type: 'beat', data: {} }
      case 'read':
        this.conversation.state.visitor_read = data.seq
        return undefined
      case 'page':
        this.pages.push(data.url)
        return undefined
      case 'typing':
        this.visitorTypes = data.on
    }
    return undefined
  }

  open(data) {
    const id = String(this.ids++)
    this.prechat = data
    this.conversation = { id, entries: [], state: { conversation: id, phase: 'queued', position: 2, wait: 120 } }
  }

  say({ cid, conversation, text, attachments }) {
    const before = this.said.find((s) => s.cid === cid)
    if (before) return before
    const files = (attachments ?? []).map((id) => this.files.get(id))
    const { seq, at } = this.entry({ kind: 'message', author: { kind: 'visitor' }, text, attachments: files, cid })
    const said = { cid, conversation, seq, at, text }
    this.said.push(said)
    return said
  }

  /** A message for later waits in a conversation in which nobody is yet. */
  leave(message) {
    if (!this.offline.some((m) => m.cid === message.cid)) {
      this.offline.push(message)
      this.open(message)
      this.conversation.state = { conversation: this.conversation.id, phase: 'offline' }
      this.entry({ kind: 'message', author: { kind: 'visitor' }, text: message.text })
    }
    return { token: 'token-1', visitor: this.visitor, conversations: [], conversation: this.conversation.id }
  }

  files = new Map()

  async answer(q, a) {
    const url = new URL(q.url, this.base)
    if (q.method === 'OPTIONS') return a.writeHead(204, cors).end()
    const json = (status, body) => a.writeHead(status, { ...cors, 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    const body = q.method === 'POST' ? await gather(q) : undefined
    switch (url.pathname) {
      case '/w/config':
        return json(200, this.configFor(url.searchParams.get('lang')))
      case '/w/visitors':
        if (q.method === 'DELETE') return a.writeHead(204, cors).end()
        this.visits.push(JSON.parse(body))
        if (!JSON.parse(body).token) this.visitors++
        return json(201, { token: 'token-1', visitor: this.visitor, conversations: this.history })
      case '/w/messages': {
        const { type, data } = JSON.parse(body)
        return json(200, this.handle(type, data) ?? { type: 'beat', data: {} })
      }
      case '/w/entries':
        return this.entriesAfter(url, json)
      case '/w/attachments':
        return this.upload(q, body, json)
      case '/w/offline':
        return json(202, this.leave(JSON.parse(body)))
    }
    return this.file(url, a)
  }

  entriesAfter(url, json) {
    const c = this.past.get(url.searchParams.get('conversation')) ?? this.conversation
    if (!c) return json(404, { code: 'chat.no_conversation', detail: '' })
    const after = Number(url.searchParams.get('after'))
    const version = JSON.stringify(c.state)
    const page = () => json(200, { entries: c.entries.filter((e) => e.seq > after), state: c.state, version: JSON.stringify(c.state) })
    if (url.searchParams.get('wait') === '0' || version !== url.searchParams.get('version') || (c.entries.at(-1)?.seq ?? 0) > after) return page()
    return setTimeout(page, 200)
  }

  async upload(q, body, json) {
    const name = decodeURIComponent(q.headers['x-file-name'])
    if (name.includes('virus')) return json(422, { code: 'chat.file_type', detail: 'Files of this kind are not accepted here.' })
    const id = String(this.ids++)
    const file = { id, name, size: body.length, type: q.headers['content-type'], url: `/w/attachments/${id}?sig=x`, ...(name.endsWith('.png') ? { width: 320, height: 180 } : {}), body }
    this.files.set(id, { ...file, body: undefined })
    this.bodies ??= new Map()
    this.bodies.set(id, file)
    return json(201, this.files.get(id))
  }

  async file(url, a) {
    const attached = this.bodies?.get(url.pathname.split('/').pop())
    if (attached) return a.writeHead(200, { ...cors, 'Content-Type': attached.type }).end(attached.body)
    if (url.pathname.endsWith('.js')) {
      const body = await readFile(path.join(built, url.pathname.replace('/w/', '/'))).catch(() => undefined)
      return body ? a.writeHead(200, { ...cors, 'Content-Type': 'text/javascript' }).end(body) : a.writeHead(404, cors).end()
    }
    const attributes = url.searchParams.get('attributes') ?? ''
    const scheme = url.searchParams.get('scheme') ?? 'normal'
    // Stricter than most shops: nothing inline, nothing evaluated.
    const server = url.searchParams.get('server') ?? '' // of another origin than the page
    const policy = `default-src 'none'; script-src 'self' ${server}; style-src 'self'; connect-src 'self' ws: ${server}; img-src 'self' ${server}; base-uri 'none'; require-trusted-types-for 'script'`
    if (url.pathname.startsWith('/w/logo/')) return a.writeHead(200, { ...cors, 'Content-Type': 'image/png' }).end(dot)
    if (url.pathname === '/site.css') return a.writeHead(200, { 'Content-Type': 'text/css' }).end(siteCSS(scheme))
    return a.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy }).end(sitePage(attributes, scheme, server))
  }

  configFor(language) {
    const lang = ['pl', 'hu'].includes(language?.slice(0, 2)) ? language.slice(0, 2) : 'en'
    const w = words[lang]
    return {
      protocol: 1,
      brand: { name: 'Pannon Fibre', color: '#2f5bea' },
      language: lang,
      languages: ['en', 'pl', 'hu'],
      texts: { footnote: w.footnote, intro: w.intro },
      prechat: {
        fields: [
          { name: 'name', label: w.name, kind: 'text', required: true },
          { name: 'topic', label: w.topic, kind: 'choice', required: false, options: w.topics.map((label, i) => ({ value: String(i), label })) },
        ],
        consent: { version: '3', text: w.consent, url: 'https://pannon.example/privacy' },
      },
      hours: { open: true },
      offline: true,
      wait: 120,
      attachments: { enabled: true, count: 5, bytes: 10 << 20, types: ['image/*', 'application/pdf', 'text/plain'] },
      survey: true,
      ...this.config,
    }
  }
}

const words = {
  en: { intro: 'Three people are online. We usually reply in two minutes.', footnote: 'Please do not send card numbers.', name: 'Your name', topic: 'Subject', topics: ['Invoice', 'Fault'], consent: 'I agree that my data is used to answer me.' },
  pl: { intro: 'Trzy osoby są dostępne. Zwykle odpowiadamy w dwie minuty.', footnote: 'Prosimy nie wysyłać numerów kart.', name: 'Imię i nazwisko', topic: 'Temat', topics: ['Faktura', 'Awaria'], consent: 'Zgadzam się na użycie moich danych, aby uzyskać odpowiedź.' },
  hu: { intro: 'Hárman vagyunk elérhetők. Általában két percen belül válaszolunk.', footnote: 'Kérjük, ne küldjön kártyaszámot.', name: 'Az Ön neve', topic: 'Tárgy', topics: ['Számla', 'Hiba'], consent: 'Hozzájárulok, hogy adataimat a válaszadáshoz felhasználják.' },
}

function sitePage(attributes, scheme, server) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Oak tables</title>
<link rel="stylesheet" href="/site.css?scheme=${scheme}"><script async src="${server}/widget.js" data-key="w_demo" ${attributes}></script></head>
<body><header><b>Orchard &amp; Pine</b></header><main><h1>Oak tables made in Sopron</h1><p>Every table is cut, dried and finished in our workshop. Delivery to Hungary, Poland and Austria takes eight working days.</p></main></body></html>`
}

function siteCSS(scheme) {
  const [ground, ink] = scheme === 'dark' ? ['#16140f', '#f2efe8'] : ['#f7f4ed', '#222']
  return `:root{color-scheme:${scheme}}body{margin:0;background:${ground};color:${ink};font:18px/1.5 Georgia,serif}header{padding:20px 40px;border-bottom:1px solid #8884}main{padding:40px;max-width:900px}h1{font-size:44px}`
}

async function gather(q) {
  const chunks = []
  for await (const c of q) chunks.push(c)
  return Buffer.concat(chunks)
}
