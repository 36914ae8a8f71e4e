/** /w/panel.js: the widget itself, brought by the loader when it is wanted. */
import { h, render } from 'preact'
import * as icons from './ui/icons'
import type { Host, Panel } from './host'
import { isOpen } from './model'
import css from './panel.css?inline'
import { Screen } from './screen'
import { fit } from './theme'
import { Home } from './ui/home'
import { Avatar, IconButton } from './ui/parts'

const darkGround = '#12151c'
const phone = matchMedia('(max-width: 479px), (max-height: 479px)')

/** Puts the panel into the loader's shadow root. */
export async function mount(host: Host): Promise<Panel> {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`${css}:host{--link-dark:${fit(host.config.brand.color, darkGround)}}`)
  host.root.adoptedStyleSheets.push(sheet)
  followTheme(host.element)
  const box = document.createElement('div')
  // What is typed here is no shortcut of the site's.
  for (const name of ['keydown', 'keypress', 'keyup']) box.addEventListener(name, (e) => e.stopPropagation())
  const news = document.createElement('p')
  news.className = 'sr'
  news.role = 'status'
  host.root.prepend(box, news)

  let queued = false
  const screen = new Screen(host, () => {
    if (queued) return
    queued = true
    queueMicrotask(() => {
      queued = false
      draw(screen, box)
      news.textContent = screen.news
    })
  })
  screen.find = (selector) => box.querySelector(selector)
  await screen.load(host.config.language)
  const bring = () => screen.bring().catch(() => addEventListener('online', bring, { once: true }))
  bring()
  return {
    open: () => screen.open || screen.openPanel(),
    reopen: () => screen.open || screen.openPanel(true),
    close: () => screen.close(),
    identify: (token) => screen.identify(token),
    invite: (token) => screen.with(({ session }) => session.invite(token)),
    setLanguage: (language) => screen.setLanguage(language),
  }
}

/** Dark where the site asks for it or is dark itself; never only because the system is. */
function followTheme(element: HTMLElement) {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const choose = () => {
    const page = getComputedStyle(document.documentElement).colorScheme
    const wish = element.dataset.theme ?? (page.includes('dark') ? (page.includes('light') ? 'auto' : 'dark') : 'light')
    element.toggleAttribute('dark', wish === 'dark' || (wish === 'auto' && system.matches))
  }
  choose()
  system.addEventListener('change', choose)
  new MutationObserver(choose).observe(element, { attributeFilter: ['data-theme'] })
  new MutationObserver(choose).observe(document.documentElement, { attributeFilter: ['class', 'style', 'data-theme'] })
}

/** Draws the screen, then puts focus and scroll where the screen wants them. */
function draw(screen: Screen, box: Element) {
  const { open, later, talk } = screen
  const news = talk?.preview
  render(open ? <Frame screen={screen} /> : later && talk && news ? <later.Preview talk={talk} line={news} /> : null, box)
  const log = screen.find('.log')
  if (log && talk?.atEnd) log.scrollTop = log.scrollHeight
  const wanted = screen.focusNext && screen.find<HTMLElement>(screen.focusNext)
  if (!wanted) return
  wanted.focus()
  screen.focusNext = ''
}

function Frame({ screen }: { screen: Screen }) {
  const { view, more, talk, t } = screen
  const View = { home: undefined, chat: more?.Chat, form: more?.Prechat, offline: more?.Offline, sent: more?.Sent }[view]
  const keys = (e: KeyboardEvent) => {
    if (e.key === 'Escape' && !talk?.escape()) screen.close()
    if (e.key === 'Tab' && phone.matches) wrap(e)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a dialog hears Escape and Tab from all that is inside
    <div class="ours panel" role="dialog" aria-modal={phone.matches} aria-label={screen.config.brand.name} onKeyDown={keys}>
      <Header screen={screen} />
      {view === 'home' ? <Home key={view} screen={screen} /> : View && talk ? <View key={view} talk={talk} /> : <p class="body">{screen.notice || t('loading')}</p>}
    </div>
  )
}

/** Keeps Tab inside a panel that covers the whole page. */
function wrap(e: KeyboardEvent) {
  const box = e.currentTarget as HTMLElement
  const stops = [...box.querySelectorAll<HTMLElement>('button:not(:disabled),a[href],input,select,textarea,[tabindex="0"]')].filter((s) => s.tabIndex >= 0 && s.offsetParent)
  const here = (box.getRootNode() as ShadowRoot).activeElement
  const [first, last] = [stops[0], stops.at(-1)]
  if (here !== (e.shiftKey ? first : last)) return
  e.preventDefault()
  ;(e.shiftKey ? last : first)?.focus()
}

function Header({ screen }: { screen: Screen }) {
  const { t, config, view, talk } = screen
  const { brand, texts } = config
  const { past, shown } = talk?.session ?? {}
  const state = shown?.state
  const agent = view === 'chat' ? state?.agent : undefined
  const title = view === 'home' ? texts.title || t('title') : view === 'offline' ? t('offlineTitle') : (agent?.name ?? brand.name)
  return (
    <header>
      {view === 'home' ? brand.logo && <img class="logo" src={new URL(brand.logo, screen.host.base).href} alt="" /> : <IconButton icon={icons.back} label={t('back')} onClick={() => (talk ? talk.back() : screen.go('home'))} />}
      {agent && <Avatar {...agent} />}
      <h2>
        {title}
        {agent && <small>{brand.name}</small>}
      </h2>
      {view === 'chat' && !past && isOpen(state) && state!.phase !== 'wrap_up' && <IconButton icon={icons.end} label={t('end')} data-end onClick={() => talk?.askEnd()} />}
      <IconButton icon={icons.close} label={t('close')} onClick={() => screen.close()} />
    </header>
  )
}
