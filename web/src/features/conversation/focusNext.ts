let wanted = false

/** The person is done with what is open: the row that takes its place is to have the focus. */
export function wantNextRow() {
  wanted = true
}

/** Gives the focus to the row of what has just been opened, if it is waited for and nobody else has taken it. */
export function focusNextRow() {
  if (!wanted) return
  wanted = false
  if (document.activeElement === document.body) document.querySelector<HTMLElement>('[data-list] [aria-current="true"]')?.focus()
}
