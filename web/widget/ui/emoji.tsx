import { h } from 'preact'
import type { Talk } from '../talk'

const symbols = [...'😀😂😊😉😍😎🤔😕🙁😢😡😱🙏👍👎👌👋👏💪🙌🎉💙🔥⭐✅❌❓💡📷📦📞🕐']
const columns = 8
const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -symbols.length, End: symbols.length }

/** A small palette: arrows move, Enter picks, Escape leaves. Readers say each symbol's own name. */
export function Emoji({ talk }: { talk: Talk }) {
  const pick = (symbol: string) => {
    const box = talk.screen.find<HTMLTextAreaElement>('.box textarea')!
    box.setRangeText(symbol, box.selectionStart, box.selectionEnd, 'end')
    talk.draft = box.value
    talk.closeEmoji()
  }
  const key = (e: KeyboardEvent) => {
    const step = steps[e.key]
    if (!step) return
    e.preventDefault()
    const all = (e.currentTarget as Element).children
    const to = [...all].indexOf(e.target as Element) + step
    ;(all[Math.max(0, Math.min(symbols.length - 1, to))] as HTMLElement).focus()
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- hears the arrows of the buttons inside
    <div class="emoji" role="group" aria-label={talk.t('emoji')} onKeyDown={key}>
      {symbols.map((s, i) => (
        <button type="button" key={s} tabIndex={i ? -1 : 0} onClick={() => pick(s)}>
          {s}
        </button>
      ))}
    </div>
  )
}
