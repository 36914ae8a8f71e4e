import type { Texts } from './translate'

/**
 * Joins a language's catalogues, given by file name, into one. Those of errors
 * carry the server's codes as keys and get "error." in front, so that a code
 * cannot clash with a screen's text.
 */
export function merge(files: Record<string, Record<string, string>>): Texts {
  const texts: Record<string, string> = {}
  for (const [file, catalogue] of Object.entries(files)) {
    const prefix = file.endsWith('/errors.json') ? 'error.' : ''
    for (const [key, text] of Object.entries(catalogue)) {
      texts[key.startsWith(prefix) ? key : prefix + key] = text
    }
  }
  return texts
}
