import type { ComponentChildren } from 'preact'
import { h } from 'preact'

/** A sentence that is also heard. */
export function Notice({ children, alert }: { children: ComponentChildren; alert?: boolean }) {
  return (
    <p class={alert ? 'notice bad' : 'notice'} role={alert ? 'alert' : 'status'}>
      {children}
    </p>
  )
}
