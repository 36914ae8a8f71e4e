import { X } from 'lucide-react'
import { ActionIcon } from '@mantine/core'
import { useT } from '@/lib/i18n'
import { ChorusTexts } from '@/lib/i18n/ChorusTexts'
import type { Shown } from '../entries'
import { weighWith } from '../posttext'
import type { Detail } from '../types'
import { type About, aboutOf, answerTo, openToPrivate } from './about'
import { nameOf } from './nameOf'
import { weigh } from './weigh'
import classes from './Social.module.css'

interface Props {
  detail: Detail
  entries: readonly Shown[]
  about: About | undefined
}

weighWith(weigh)

const shortened = 60 // characters of what is answered

/** Chooses whether everybody reads the next answer or one person alone, and says what it answers. */
export function Readers(props: Props) {
  return (
    <ChorusTexts>
      <Choice {...props} />
    </ChorusTexts>
  )
}

function Choice({ detail, entries, about }: Props) {
  const t = useT()
  const able = detail.capabilities?.acts.includes('reply_in_private')
  const open = openToPrivate(entries)
  const privately = about?.privately ?? false
  const choose = (next: boolean) => {
    const entry = entries.find((e) => e.id === about?.entry && !(next && e.privately)) ?? (next ? open : undefined)
    answerTo(detail.id, entry && aboutOf(entry, nameOf(t, entry, detail), next))
  }
  return (
    <div className={classes.readers}>
      {able && (
        <div className={classes.choice} role="group" aria-label={t('desk.social.who')}>
          <button type="button" aria-pressed={!privately} onClick={() => choose(false)}>
            {t('desk.social.inPublic')}
          </button>
          <button type="button" aria-pressed={privately} disabled={!open && !privately} onClick={() => choose(true)}>
            {t('desk.social.inPrivate')}
          </button>
        </div>
      )}
      {detail.capabilities?.summoned && !privately && <p className={classes.about}>{t('desk.compose.summoned')}</p>}
      {about && (
        <p className={classes.about}>
          <span>{t('desk.social.about', { name: about.name, text: about.text.length > shortened ? `${about.text.slice(0, shortened)}…` : about.text })}</span>
          <ActionIcon size={24} variant="subtle" color="gray" aria-label={t('desk.social.notThis')} onClick={() => answerTo(detail.id, undefined)}>
            <X size={13} aria-hidden />
          </ActionIcon>
        </p>
      )}
    </div>
  )
}
