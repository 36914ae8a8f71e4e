import { type ComponentType, type ReactNode, createElement, use } from 'react'
import { Problem } from './api'

/**
 * The parts of the program that are loaded when they are needed. One that cannot
 * be loaded is an error like any other: the page never reloads by itself, for it
 * would lose what was typed, and without a connection it would lose everything.
 */
export interface Part<Props extends object> {
  (props: Props): ReactNode
  /** Loads it ahead of its use; a failure shows only when it is used. */
  preload: () => Promise<void>
}

export const partMissing = 'part.missing'
export const partOutdated = 'part.outdated'

const watchers = new Set<() => void>()
const parts = new Set<Part<never>>()

/** Calls when parts that could not be loaded are worth another try. */
export function onPartsRetry(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => void watchers.delete(watcher)
}

/** Forgets what could not be loaded, so that it is tried again where it is shown. */
export function retryParts() {
  for (const watcher of watchers) watcher()
}

addEventListener('online', retryParts)

/** A part of a screen; it is loaded ahead when the desk is idle. */
export function lazyPart<Props extends object>(load: () => Promise<ComponentType<Props>>): Part<Props> {
  const part = makePart(load)
  parts.add(part as unknown as Part<never>)
  return part
}

/** A screen, by the name under which its module gives it. */
export function lazyPage<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name): Part<object> {
  return makePart(async () => (await load())[name])
}

/** Loads these screens and all that belongs to them, one after the other. */
export async function prefetch(pages: readonly Pick<Part<never>, 'preload'>[]) {
  for (const page of pages) {
    // Not all at once: the person's own requests come first.
    // oxlint-disable-next-line no-await-in-loop
    await page.preload()
  }
  for (const part of parts) {
    // oxlint-disable-next-line no-await-in-loop
    await part.preload()
  }
}

/** A part that is loaded where it is shown and not before: it is not for everybody. */
export const lazyAlone = <Props extends object>(load: () => Promise<ComponentType<Props>>): Part<Props> => makePart(load)

function makePart<Props extends object>(load: () => Promise<ComponentType<Props>>): Part<Props> {
  let loading: Promise<ComponentType<Props>> | undefined
  const start = async () => {
    try {
      await repairStyles()
      return await load()
    } catch (error) {
      // Until somebody tries again the failure stays the same one.
      const stop = onPartsRetry(() => {
        loading = undefined
        stop()
      })
      throw await explained(error)
    }
  }
  const get = () => (loading ??= start())
  function Lazy(props: Props) {
    return createElement(use(get()), props)
  }
  return Object.assign(Lazy, { preload: () => get().then(nothing, nothing) })
}

const nothing = () => undefined

const unloadable = /dynamically imported|module script|preload CSS|Failed to fetch/i
const styleName = /preload CSS for (\S+)/
const brokenStyles = new Set<string>()

/** An error of loading says whether the server has become another version; one of the code stays what it is. */
async function explained(error: unknown): Promise<unknown> {
  const text = error instanceof Error ? error.message : ''
  if (!unloadable.test(text)) return error
  const style = styleName.exec(text)?.[1]
  if (style) brokenStyles.add(style)
  return new Problem({ code: (await isOutdated()) ? partOutdated : partMissing, detail: text })
}

/** Whether the server's page names another build than this page has. */
async function isOutdated(): Promise<boolean> {
  const own = document.querySelector('script[type="module"][src]')?.getAttribute('src')
  try {
    const page = await (await fetch('/', { cache: 'no-store' })).text()
    return own != null && page.includes('type="module"') && !page.includes(own)
  } catch {
    return false
  }
}

/** The loader asks for a style sheet once and takes it as there afterwards; one that did not come is asked for again here. */
async function repairStyles() {
  await Promise.all([...brokenStyles].map((href) => new Promise<void>((done, fail) => {
    const old = document.querySelector<HTMLLinkElement>(`link[rel="stylesheet"][href="${CSS.escape(new URL(href, location.href).href)}"]`)
    const link = document.createElement('link')
    Object.assign(link, { rel: 'stylesheet', href, crossOrigin: '' })
    link.onload = () => {
      brokenStyles.delete(href)
      done()
    }
    link.onerror = () => fail(new Error(`Unable to preload CSS for ${href}`))
    old?.remove()
    document.head.append(link)
  })))
}
