/** What only a conversation that goes on needs, or has behind it: brought when there is one, or when it is asked for. */
import css from './later.css?inline'

export { Emoji } from './ui/emoji'
export { Files } from './ui/files'
export { GoOn } from './ui/mail'
export { History } from './ui/history'
export { EndAsk, Over, Survey } from './ui/over'
export { Preview } from './ui/preview'

/** Styles the parts above within root. */
export function style(root: ShadowRoot) {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  root.adoptedStyleSheets.push(sheet)
}
