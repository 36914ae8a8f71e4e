import { Button, Group, TextInput } from '@mantine/core'
import { useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Dialog } from './overlays'

interface Props {
  open: boolean
  onClose: () => void
  /** What would be lost, in one sentence. */
  text: string
  /** The thing's name, which must be typed. */
  name: string
  /** The verb and the name, as on the button: "Delete Sieć Lokalna". */
  action: string
  onConfirm: () => Promise<unknown>
}

/** Asks to type the name of what cannot be brought back. */
export function ConfirmByName({ open, onClose, ...rest }: Props) {
  return (
    <Dialog opened={open} onClose={onClose} title={rest.action}>
      <Body {...rest} onClose={onClose} />
    </Dialog>
  )
}

function Body({ text, name, action, onConfirm, onClose }: Omit<Props, 'open'>) {
  const t = useT()
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const same = typed.trim() === name

  const confirm = async () => {
    setBusy(true)
    try {
      await onConfirm()
      onClose()
    } catch (failed) {
      setError(failed)
      setBusy(false)
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (same) void confirm()
      }}
    >
      <p>{text}</p>
      <TextInput mt="md" data-autofocus label={t('confirm.typeName', { name })} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} error={error ? problemText(t, error) : undefined} />
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" color="danger" disabled={!same} loading={busy}>
          {action}
        </Button>
      </Group>
    </form>
  )
}
