import { Button } from '@mantine/core'
import { Copy, StickyNote } from 'lucide-react'
import { useT } from '@/lib/i18n'
import classes from './Composer.module.css'

/** What can be done with a text that was being written when the conversation moved on. */
export function KeptText({ text, onNote }: { text: string; onNote?: () => void }) {
  const t = useT()
  return (
    <div className={classes.kept} role="status">
      <span>{t('desk.compose.kept')}</span>
      <Button size="xs" variant="default" leftSection={<Copy size={14} />} onClick={() => void navigator.clipboard.writeText(text)}>
        {t('act.copy')}
      </Button>
      {onNote && (
        <Button size="xs" variant="default" leftSection={<StickyNote size={14} />} onClick={onNote}>
          {t('desk.compose.makeNote')}
        </Button>
      )}
    </div>
  )
}
