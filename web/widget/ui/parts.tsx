import type { JSX } from 'preact'
import { h } from 'preact'

export function Icon({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} />
    </svg>
  )
}

export function IconButton({ icon, label, ...rest }: { icon: string; label: string } & JSX.IntrinsicElements['button']) {
  return (
    <button type="button" class="icon" aria-label={label} title={label} {...rest}>
      <Icon path={icon} />
    </button>
  )
}

export function Avatar({ name, initials }: { name?: string; initials?: string }) {
  const hue = [...(name ?? '')].reduce((sum, c) => (sum * 31 + c.codePointAt(0)!) % 360, 0)
  return (
    <span class="avatar" aria-hidden="true" style={{ '--h': hue }}>
      {initials || name?.[0]}
    </span>
  )
}
