import classes from './Avatar.module.css'

/** The initials of a name: first and last word, as people write them. */
export function initialsOf(name: string): string {
  // A name somewhere else, such as @zofia, is beside the name.
  const words = name.replace(/ @\S+$|^@/, '').trim().split(/\s+/).filter(Boolean)
  const first = [...(words[0] ?? '?')][0] ?? '?'
  const last = words.length > 1 ? ([...(words.at(-1) ?? '')][0] ?? '') : ''
  return (first + last).toLocaleUpperCase()
}

const hues = 15

/** A hue that a name always gets: one of fifteen, far enough apart to be told apart (FNV-1a, mixed). */
export function hueOf(name: string): number {
  let hash = 0x811c9dc5
  for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (((hash ^ (hash >>> 13)) >>> 0) % hues) * (360 / hues)
}

/** Initials on a colour made from the name. The name itself must stand beside it. */
export function Avatar({ name, size = 36, className }: { name: string; size?: number; className?: string }) {
  const style = { '--hue': hueOf(name), '--size': `${size}px`, '--font': `${Math.max(10, Math.round(size * 0.34))}px` } as React.CSSProperties
  return (
    <span className={`${classes.avatar} ${className ?? ''}`} style={style} aria-hidden>
      {initialsOf(name)}
    </span>
  )
}
