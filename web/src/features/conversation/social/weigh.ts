// How long X holds a text to be: internal/kit/posttext, and held to its vectors.

const address = /(?:https?:\/\/[^\s<>"']+|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|org|net|info|biz|eu|pl|hu|de|at|cz|sk|uk|fr|it|es|io|co|me|app|dev|shop|online|gov|edu)\b(?:\/[^\s<>"']*)?)/gi
const tail = /[.,:;!?)\]}…”]+$/
const addressWeight = 23
const picture = /\p{RI}\p{RI}|[0-9#*]\ufe0f?\u20e3|(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}(?=\ufe0f)|[\u{1f000}-\u{1faff}]|[\u2190-\u2bff](?=\ufe0f))(?:\ufe0f|[\u{1f3fb}-\u{1f3ff}]|[\u{e0020}-\u{e007f}]|\u200d[\u{1f000}-\u{1faff}\u2190-\u2bff])*/gu

const weightOf = (c: number) => (c <= 4351 || (c >= 8192 && c <= 8205) || (c >= 8208 && c <= 8223) || (c >= 8242 && c <= 8247) ? 1 : 2)

function plain(text: string): number {
  let n = 0
  const rest = text.replace(picture, () => {
    n += 2
    return ''
  })
  for (const c of rest) n += weightOf(c.codePointAt(0) ?? 0)
  return n
}

/** Counts a text as X does: an address 23, wide characters and emoji two. */
export function weigh(text: string): number {
  const whole = text.normalize('NFC')
  let n = 0
  let last = 0
  for (const found of whole.matchAll(address)) {
    if (found.index < last || whole[found.index - 1] === '@') continue
    n += plain(whole.slice(last, found.index)) + addressWeight
    last = found.index + found[0].replace(tail, '').length
  }
  return n + plain(whole.slice(last))
}
