import { cleanup } from '@testing-library/react'
import { afterEach, vi } from 'vitest'

// happy-dom lays nothing out: no media query matches, and nothing has a size.
vi.stubGlobal('matchMedia', (media: string) => Object.assign(new EventTarget(), { media, matches: false, onchange: null, addListener: () => {}, removeListener: () => {} }))
// Nor does it load fonts, of which fields that grow are told.
Object.defineProperty(document, 'fonts', { value: new EventTarget(), configurable: true })

afterEach(() => {
  cleanup()
  document.body.replaceChildren() // what stood beside what was rendered
  localStorage.clear()
  sessionStorage.clear()
})
