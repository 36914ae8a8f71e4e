import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { Sheet } from './overlays'
import { SkeletonRows } from './states'
import classes from './SidePanel.module.css'

/** From this width on a side panel has its own column; below it is a drawer. */
export const sidePanelQuery = '(min-width: 1240px)'

/** Whether the window is too narrow for two panes. */
export function useNarrow(): boolean {
  return useMediaQuery('(max-width: 759px)', window.matchMedia('(max-width: 759px)').matches) ?? false
}

interface Props {
  title: string
  open: boolean
  onClose: () => void
  children: ReactNode
}

/** Keeps the room of a column that is about to come, so that nothing beside it moves when it does. */
export function SidePanelRoom({ open }: { open: boolean }) {
  const wide = useMediaQuery(sidePanelQuery, window.matchMedia(sidePanelQuery).matches)
  return wide && open ? (
    <div className={classes.panel}>
      <SkeletonRows rows={5} height="56px" />
    </div>
  ) : null
}

/** A column at the right side, or a drawer where there is no room for one. */
export function SidePanel({ title, open, onClose, children }: Props) {
  const wide = useMediaQuery(sidePanelQuery, window.matchMedia(sidePanelQuery).matches)
  if (wide) {
    return open ? (
      <aside className={classes.panel} aria-label={title}>
        {children}
      </aside>
    ) : null
  }
  return (
    <Sheet opened={open} onClose={onClose} title={title} size={360} padding={0}>
      {children}
    </Sheet>
  )
}
