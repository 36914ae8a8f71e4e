/**
 * /widget.js: a classic script that shows the launcher and brings the panel
 * when it is wanted. It must stay tiny: every page of a brand's site loads it.
 */
import { launcherOpen as en } from '../i18n/en/widget.json'
import { launcherOpen as hu } from '../i18n/hu/widget.json'
import { launcherOpen as pl } from '../i18n/pl/widget.json'
import type { Command, Host, Panel, PanelModule, WidgetEvent } from './host'
import css from './launcher.css?inline'
import { openTrail } from './page'
import type { Config } from './protocol'

interface Global {
  (...command: Command): void
  q?: ArrayLike<unknown>[]
}
declare global {
  interface Window {
    zongler?: Global
  }
}

const labels: Record<string, string> = { en, pl, hu }
const tag = 'zongler-chat'
const ns = 'http://www.w3.org/2000/svg'
const bubble = 'M21 12a9 9 0 0 1-13 8l-5 1 1.4-4.6A9 9 0 1 1 21 12z'
const script = document.currentScript as HTMLScriptElement | null

if (script?.dataset.key && !customElements.get(tag)) start(script, script.dataset.key)

function start(own: HTMLScriptElement, key: string) {
  const base = own.dataset.server ?? new URL(own.src).origin
  const listeners: [WidgetEvent, (detail: unknown) => void][] = []
  const waiting: Command[] = []
  let panel: Promise<Panel> | undefined
  let host: Host | undefined

  customElements.define(tag, class extends HTMLElement {})
  const element = document.createElement(tag)
  const root = element.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  root.adoptedStyleSheets = [sheet]

  const button = document.createElement('button')
  button.className = 'launcher'
  const svg = button.appendChild(document.createElementNS(ns, 'svg'))
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.appendChild(document.createElementNS(ns, 'path')).setAttribute('d', bubble)
  button.ariaExpanded = 'false'
  button.onclick = () => run([button.ariaExpanded === 'true' ? 'close' : 'open'])

  // What the panel's store (store.ts) keeps, without bringing the store.
  const kept = (name: string): string | undefined => {
    try {
      return JSON.parse(localStorage[`zongler:${key}:${name}`])
    } catch {
      return undefined
    }
  }

  const load = () =>
    (panel ??= (import(/* @vite-ignore */ `${base}/w/panel.js`) as Promise<PanelModule>)
      .then((m) => m.mount(host!))
      .catch((e) => {
        panel = undefined // the next wish tries again
        throw e
      }))

  function run(command: Command) {
    const [name] = command
    if (name === 'on') return void listeners.push([command[1], command[2]])
    if (!host) return void waiting.push(command)
    // Commands are named as the panel's methods; offline the launcher stays and can be pressed again.
    load().then(
      (p) => (p[name] as (value?: unknown) => void)?.(command[1]),
      () => {},
    )
  }

  function show(config: Config) {
    sheet.replaceSync(`${css}:host{--a:${config.brand.accent ?? config.brand.color}}`)
    element.lang = config.language
    button.ariaLabel = labels[config.language] ?? en
    host = {
      element,
      root,
      button,
      base,
      key,
      config,
      trail: openTrail(key, () => host?.stepped?.()),
      emit: (event, detail) => listeners.forEach(([on, f]) => on === event && f(detail)),
    }
    const { side, theme, launcher } = config.look ?? {}
    Object.assign(element.dataset, side && { position: side }, theme && { theme }, own.dataset)
    button.hidden = launcher === 'hidden' // the site has a button of its own
    root.append(button)
    document.body.append(element)
    // An open conversation needs its socket; one that was never begun needs nothing.
    if (kept('open') && !matchMedia('(max-width: 479px), (max-height: 479px)').matches) run(['reopen'])
    else if (kept('conversation')) load().catch(() => {})
    waiting.splice(0).forEach(run)
    host.emit('ready')
  }

  async function fetchConfig() {
    const language = kept('language') ?? own.dataset.lang ?? (document.documentElement.lang || navigator.language)
    try {
      const answer = await fetch(`${base}/w/config?key=${encodeURIComponent(key)}&lang=${encodeURIComponent(language)}`)
      if (answer.ok) show(await answer.json())
      // oxlint-disable-next-line no-console -- the only place where the site's owner can learn of it
      else console.warn('zongler', key, answer.status)
    } catch {
      addEventListener('online', fetchConfig, { once: true })
    }
  }

  const early = window.zongler?.q ?? []
  window.zongler = (...command) => run(command)
  Array.from(early, (c) => run(Array.from(c) as Command))
  if (document.body) fetchConfig()
  else addEventListener('DOMContentLoaded', fetchConfig)
}
