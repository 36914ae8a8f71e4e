import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { MessagesSquare } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useT } from '@/lib/i18n'
import { ChorusTexts } from '@/lib/i18n/ChorusTexts'
import { lazyPart } from '@/lib/parts'
import { useCan } from '@/lib/session'
import { chorusQuery, useChorusFrames } from './api'
import { AnswerState } from './AnswerState'
import classes from './Chorus.module.css'

const AnswerTogether = lazyPart(async () => (await import('./AnswerTogether')).AnswerTogether)

/** Beside a public conversation: how many say the same under its post, and what became of an answer to all of them. */
export function ChorusBar(props: { conversation: string }) {
  return (
    <ChorusTexts>
      <Bar {...props} />
    </ChorusTexts>
  )
}

function Bar({ conversation }: { conversation: string }) {
  const t = useT()
  useChorusFrames()
  const chorus = useQuery(chorusQuery(conversation)).data
  const [open, setOpen] = useState(false)
  const able = useCan('conversation.reply', 'own')
  if (!chorus || (chorus.waiting < 2 && !chorus.answer)) return null
  return (
    <section className={classes.bar} aria-label={t('chorus.title')}>
      {chorus.waiting > 1 && (
        <p className={classes.line}>
          <MessagesSquare size={14} aria-hidden />
          <strong>{t('chorus.similar', { count: chorus.waiting })}</strong>
          {able && (
            <Button size="compact-sm" variant="light" onClick={() => setOpen(true)}>
              {t('chorus.answer')}
            </Button>
          )}
        </p>
      )}
      {chorus.answer && <AnswerState answer={chorus.answer} from={conversation} />}
      <Suspense>{open && <AnswerTogether chorus={chorus} conversation={conversation} onClose={() => setOpen(false)} />}</Suspense>
    </section>
  )
}
