/** What the first sight does not need: the visitor's line, the conversation and the forms, brought right after it. */
import css from './more.css?inline'

export { Talk } from './talk'
export { Chat } from './ui/chat'
export { Offline, Prechat, Sent } from './ui/form'

/** Styles the parts above within root. */
export function style(root: ShadowRoot) {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets.push(sheet)
}
