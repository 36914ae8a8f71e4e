import type { Config, Page } from './protocol'

/** What the loader hands to the panel. The panel is built apart, so this is all they share. */
export interface Host {
  element: HTMLElement
  root: ShadowRoot
  /** The launcher. Its label, its mark and its picture are the panel's from now on. */
  button: HTMLButtonElement
  /** Address of the server, without a slash at the end. */
  base: string
  key: string
  config: Config
  /** The visitor's way over the site; the page on screen is last. */
  trail: Page[]
  /** Set by the panel: called after each step. */
  stepped?: () => void
  emit: (event: WidgetEvent, detail?: unknown) => void
}

export type WidgetEvent = 'ready' | 'open' | 'close' | 'message' | 'unread' | 'identity_refused' | 'invited' | 'invitation_refused'

/** What the page may ask of the panel. */
export interface Panel {
  open(): void
  /** Opens as it was on the page before, without taking the focus. */
  reopen(): void
  close(): void
  identify(token: string | null): void
  /** An agent has invited the visitor, by a link with this token. */
  invite(token: string): void
  setLanguage(language: string): void
}

/** What /w/panel.js exports. */
export interface PanelModule {
  mount(host: Host): Promise<Panel>
}

/** Commands of window.zongler. */
export type Command = ['open'] | ['reopen'] | ['close'] | ['identify', string | null] | ['invite', string] | ['setLanguage', string] | ['on', WidgetEvent, (detail: unknown) => void]
