import { Button, Textarea } from '@mantine/core'
import { type FormEvent, type KeyboardEvent, useId, useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import type { Shown } from '../entries'
import type { Detail } from '../types'
import { useEntryActs } from './useEntryActs'
import classes from './Changes.module.css'

interface Props {
  entry: Shown
  detail: Detail
  onClose: () => void
}

/** An answer that was sent, to be put right where it stands. */
export function EditForm({ entry, detail, onClose }: Props) {
  const t = useT()
  const { edit } = useEntryActs(detail, entry)
  const help = useId()
  const [text, setText] = useState(entry.text)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const typed = text.trim()
  const good = typed !== '' && typed.length <= (detail.capabilities?.text_limit ?? Infinity)

  const save = async () => {
    if (!good || busy) return
    if (typed === entry.text && !entry.html) return onClose()
    setBusy(true)
    setError(undefined)
    try {
      await edit(typed)
      onClose()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void save()
  }
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') onClose()
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <Textarea
        autosize
        minRows={1}
        maxRows={12}
        data-autofocus
        autoFocus
        aria-label={t('desk.entry.editing')}
        aria-describedby={entry.html ? help : undefined}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={press}
      />
      {entry.html && (
        <p id={help} className={classes.faint}>
          {t('desk.entry.formatLost')}
        </p>
      )}
      {error !== undefined && (
        <p role="alert" className={classes.wrong}>
          {problemText(t, error)}
        </p>
      )}
      <div className={classes.choices}>
        <Button type="button" size="xs" variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" size="xs" disabled={!good} loading={busy}>
          {t('act.save')}
        </Button>
      </div>
    </form>
  )
}
