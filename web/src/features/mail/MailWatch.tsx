import { Suspense, useSyncExternalStore } from 'react'
import { useCommand } from '@/lib/keys'
import { lazyPart } from '@/lib/parts'
import { PanelBoundary } from '@/kit/states'
import { beginMail, begun, watchBeginning } from './begin'
import { mailCommands } from './commands'

const NewMail = lazyPart(async () => (await import('./NewMail')).NewMail)

/** Begins a mail, whatever screen is shown. */
export function MailWatch() {
  const beginning = useSyncExternalStore(watchBeginning, begun)
  useCommand(mailCommands.create, () => beginMail({}))
  useCommand(mailCommands.template, () => beginMail({ by: 'template' }))
  return (
    <PanelBoundary floating resetKey={beginning}>
      <Suspense>{beginning && <NewMail beginning={beginning} onClose={() => beginMail(undefined)} />}</Suspense>
    </PanelBoundary>
  )
}
