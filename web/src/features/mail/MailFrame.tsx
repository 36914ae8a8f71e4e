import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import classes from './Mail.module.css'

interface Props {
  conversation: string
  entry: string
  title: string
  /** The text, from which the height is guessed until the page is here. */
  text: string
  images: boolean
  /** Shows what is folded, too. */
  whole: boolean
  /** Told whether something is folded. */
  onFolds: (folds: boolean) => void
}

const tallest = 30_000 // pixels; then it scrolls within
const scrollbar = 16
const line = 22
const column = 90 // characters, about

/** The text of a mail in a frame that runs no scripts and is as tall as what it holds. */
export function MailFrame({ conversation, entry, title, text, images, whole, onFolds }: Props) {
  const t = useT()
  const dark = useComputedColorScheme('light') === 'dark'
  const frame = useRef<HTMLIFrameElement>(null)
  const [height, setHeight] = useState(() => guess(text))
  const [loaded, setLoaded] = useState(0)

  useEffect(() => {
    const page = frame.current?.contentDocument
    if (loaded === 0 || !page?.body) return undefined
    onFolds(page.querySelector('[data-fold]') !== null)
    const fit = () => setHeight(Math.min(heightOf(page), tallest))
    fit()
    // Pictures come later, and the frame may get narrower.
    const watch = new ResizeObserver(fit)
    watch.observe(page.body)
    // The desk's keys work while one reads, too.
    const pass = (event: KeyboardEvent) => frame.current?.dispatchEvent(new KeyboardEvent(event.type, { ...pick(event), bubbles: true }))
    page.addEventListener('keydown', pass)
    return () => {
      watch.disconnect()
      page.removeEventListener('keydown', pass)
    }
    // A page that was loaded anew is another document.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [loaded])

  useEffect(() => {
    frame.current?.contentDocument?.documentElement?.toggleAttribute('data-whole', whole)
  }, [whole, loaded])

  return (
    <iframe
      ref={frame}
      className={classes.frame}
      title={t('mails.frame', { title })}
      src={`/api/v1/conversations/${conversation}/entries/${entry}/page?dark=${dark}&images=${images}`}
      // Ours only to be measured and unfolded: nothing in it runs.
      sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      loading="lazy"
      style={{ height }}
      onLoad={() => setLoaded((n) => n + 1)}
    />
  )
}

const guess = (text: string) => Math.min(line * text.split('\n').reduce((n, l) => n + 1 + Math.floor(l.length / column), 1), 400)

function heightOf(page: Document): number {
  const wide = page.documentElement.scrollWidth > page.documentElement.clientWidth
  return Math.ceil(page.body.getBoundingClientRect().height) + (wide ? scrollbar : 0)
}

const pick = ({ key, code, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent) => ({ key, code, ctrlKey, metaKey, altKey, shiftKey })
