// Opens the chat with the invitation that stands behind the # of the address, or
// says what became of it.
const patience = 20_000
const ended = ['used', 'expired', 'withdrawn', 'unknown']
const { key, accent } = document.body.dataset
const { lang } = document.documentElement
let shown = 'opening'

function show(state) {
  shown = state
  for (const part of document.querySelectorAll('[data-state]')) part.hidden = part.dataset.state !== state
  document.querySelector('[data-ended]').hidden = !ended.includes(state)
}

/** What the widget tells of an invitation that opens nothing, as a state of this page. */
function stateOf(fault) {
  const state = String(fault?.code).replace('chat.invitation_', '')
  return ended.includes(state) ? state : 'failed'
}

/** Commands wait in q until the widget is here. */
const early = []
window.zongler = Object.assign((...command) => void early.push(command), { q: early })
const chat = (...command) => window.zongler(...command)

function invite(token) {
  chat('on', 'invited', () => show('open'))
  chat('on', 'invitation_refused', (fault) => show(stateOf(fault)))
  chat('invite', token)
  setTimeout(() => shown === 'opening' && show('failed'), patience)
}

function bring() {
  const script = document.createElement('script')
  script.src = '/widget.js'
  Object.assign(script.dataset, { key, lang })
  script.onerror = () => show('failed')
  document.head.append(script)
}

document.documentElement.style.setProperty('--brand', accent)
for (const button of document.querySelectorAll('[data-chat]')) button.onclick = () => chat('open')
document.querySelector('[data-again]').onclick = () => location.reload()
addEventListener('hashchange', () => location.reload())

const token = location.hash.slice(1)
if (token) invite(token)
else show('unknown')
bring()
