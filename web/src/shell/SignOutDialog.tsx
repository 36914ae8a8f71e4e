import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { Dialog } from '@/kit/overlays'
import { unsentCount } from './leaving'
import { useSignOut } from './useSignOut'

/** Asks before one leaves with something that was sent and has not arrived. */
export function SignOutDialog({ onClose }: { onClose: () => void }) {
  const t = useT()
  const leave = useSignOut()
  const [count] = useState(unsentCount)
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    await leave()
    onClose()
  }
  return (
    <Dialog opened onClose={onClose} title={t('shell.unsent', { count })} size="sm">
      <p>{t('shell.unsentText')}</p>
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" loading={busy} onClick={() => void run()}>
          {t('shell.signOutAnyway')}
        </Button>
        <Button data-autofocus onClick={onClose}>
          {t('shell.stay')}
        </Button>
      </Group>
    </Dialog>
  )
}
