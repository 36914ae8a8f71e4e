/** What the first sight does not need: the conversation and the forms, brought right after it. */
import css from './more.css?inline'

export { Chat } from './ui/chat'
export { History } from './ui/history'
export { Offline, Prechat, Sent } from './ui/form'
export { Writing } from './writing'

/** Styles the parts above within root. */
export function style(root: ShadowRoot) {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets.push(sheet)
}
