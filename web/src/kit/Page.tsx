import type { ReactNode } from 'react'
import { useScreenTitle } from '@/lib/title'
import classes from './Page.module.css'

interface Props {
  title: string
  /** A word about the title: how many, of when. */
  hint?: ReactNode
  actions?: ReactNode
  /** Narrow reading width for forms; full width for tables and boards. */
  width?: 'form' | 'full'
  children: ReactNode
}

/** A screen with a heading: it names the tab, and its body scrolls below the head. */
export function Page({ title, hint, actions, width = 'full', children }: Props) {
  useScreenTitle(title)
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>{title}</h1>
        {hint && <span className={classes.hint}>{hint}</span>}
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      <div className={classes.body}>
        <div className={classes.column} data-width={width}>
          {children}
        </div>
      </div>
    </div>
  )
}
