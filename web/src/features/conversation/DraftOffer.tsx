import { Button } from '@mantine/core'
import { MonitorSmartphone } from 'lucide-react'
import { useT } from '@/lib/i18n'
import type { DraftKeeper } from './drafts'
import type { Draft } from './types'
import classes from './Composer.module.css'

/** Offers what was typed later on another device; nothing is lost until one chooses. */
export function DraftOffer({ offered, keeper }: { offered: Draft; keeper: DraftKeeper }) {
  const t = useT()
  return (
    <div className={classes.offer} role="status">
      <MonitorSmartphone size={16} aria-hidden />
      <p>
        {t('desk.draft.newer')} <q dir="auto">{offered.text}</q>
      </p>
      <Button size="xs" onClick={() => keeper.takeOffered()}>
        {t('desk.draft.take')}
      </Button>
      <Button size="xs" variant="default" onClick={() => keeper.leaveOffered()}>
        {t('desk.draft.keep')}
      </Button>
    </div>
  )
}
