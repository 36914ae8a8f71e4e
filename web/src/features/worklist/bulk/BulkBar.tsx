import { ActionIcon, Button } from '@mantine/core'
import { X } from 'lucide-react'
import { Suspense, lazy, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { Tip } from '@/kit/Tip'
import { worklistCommands as commands } from '../commands'
import type { BulkKind } from './bulk'
import { BulkReport } from './BulkReport'
import type { Selection } from './useSelection'
import classes from './Bulk.module.css'

const BulkDialog = lazy(() => import('./BulkDialog').then((m) => ({ default: m.BulkDialog })))
const kinds = ['resolve', 'transfer', 'park'] as const

/** What can be done with the chosen rows. */
export function BulkBar({ selection }: { selection: Selection }) {
  const t = useT()
  const [asked, setAsked] = useState<BulkKind>()
  const { selected, clear, choose } = selection
  const some = selected.length > 0
  useCommand(commands.bulkResolve, () => setAsked('resolve'), some)
  useCommand(commands.bulkTransfer, () => setAsked('transfer'), some)
  useCommand(commands.bulkPark, () => setAsked('park'), some)
  useCommand(commands.unselect, clear, some)
  const specs = { resolve: commands.bulkResolve, transfer: commands.bulkTransfer, park: commands.bulkPark }
  return (
    <>
      <div role="status" className="sr-only">
        {some && t('desk.bulk.selected', { count: selected.length })}
      </div>
      {some && (
        <section className={classes.bar} aria-label={t('desk.bulk.title')}>
          <strong className={classes.count}>{selected.length}</strong>
          {kinds.map((kind) => (
            <Tip key={kind} label={t(`desk.bulk.${kind}.do`)} command={specs[kind]}>
              <Button size="xs" variant="default" onClick={() => setAsked(kind)}>
                {t(`desk.act.${kind}`)}
              </Button>
            </Tip>
          ))}
          <Tip label={t('desk.bulk.clear')} command={commands.unselect}>
            <ActionIcon size={28} onClick={clear} aria-label={t('desk.bulk.clear')}>
              <X size={16} />
            </ActionIcon>
          </Tip>
        </section>
      )}
      {!some && <BulkReport onChoose={choose} />}
      <Suspense>{asked && <BulkDialog kind={asked} rows={selected} onClose={() => setAsked(undefined)} onDone={clear} />}</Suspense>
    </>
  )
}
