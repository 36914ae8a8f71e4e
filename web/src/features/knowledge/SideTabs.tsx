import { type ReactNode, Suspense } from 'react'
import { useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { useCan } from '@/lib/session'
import { PanelBoundary, SkeletonRows } from '@/kit/states'
import { type SideTab, chooseSideTab, useSideTab } from './sideTab'
import classes from './SideTabs.module.css'

const Suggestions = lazyPart(async () => (await import('./Suggestions')).Suggestions)

interface Props {
  conversation: string
  brand: string
  /** Leaves the panel, where it lies over the conversation. */
  onLeave: () => void
  /** The customer. */
  children: ReactNode
}

const tabs = ['customer', 'knowledge'] as const satisfies readonly SideTab[]

/** Who one talks to, and what may answer them: one of both. */
export function SideTabs({ conversation, brand, onLeave, children }: Props) {
  const t = useT()
  const reads = useCan('knowledge.read')
  const { tab, asked } = useSideTab()
  if (!reads) return children
  return (
    <>
      <div className={classes.tabs} role="group" aria-label={t('desk.act.panel')}>
        {tabs.map((one) => (
          <button key={one} type="button" className={classes.tab} aria-pressed={one === tab} onClick={() => chooseSideTab(one)}>
            {t(`knowledge.tab.${one}`)}
          </button>
        ))}
      </div>
      {tab === 'customer' ? (
        children
      ) : (
        <PanelBoundary resetKey={conversation}>
          <Suspense fallback={<SkeletonRows rows={3} height="64px" />}>
            <Suggestions key={conversation} conversation={conversation} brand={brand} asked={asked} onLeave={onLeave} />
          </Suspense>
        </PanelBoundary>
      )}
    </>
  )
}
