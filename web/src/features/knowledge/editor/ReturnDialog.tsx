import { Button, Group, Stack, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { Dialog } from '@/kit/overlays'

const mostComment = 1000 // characters

/** Asks what is to be changed, before a text goes back to its author. */
export function ReturnDialog({ open, onClose, onReturn }: { open: boolean; onClose: () => void; onReturn: (comment: string) => Promise<boolean> }) {
  const t = useT()
  const [comment, setComment] = useState('')
  const send = async () => {
    const did = await onReturn(comment.trim())
    if (did) setComment('')
    // What went wrong stands on the page behind; what was typed stays.
    onClose()
  }
  return (
    <Dialog opened={open} onClose={onClose} title={t('knowledge.act.return')}>
      <form
        onSubmit={(e) => {
          e.preventDefault()
          if (comment.trim() !== '') void send()
        }}
      >
        <Stack gap="md">
          <Textarea data-autofocus label={t('knowledge.comment')} description={t('knowledge.review.text')} required autosize minRows={3} maxLength={mostComment} value={comment} onChange={(e) => setComment(e.currentTarget.value)} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('act.cancel')}
            </Button>
            <Button type="submit" disabled={comment.trim() === ''}>
              {t('knowledge.act.return')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
