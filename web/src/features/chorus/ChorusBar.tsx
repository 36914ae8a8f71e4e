import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { MessagesSquare } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useT } from '@/lib/i18n'
import { ChorusTexts } from '@/lib/i18n/ChorusTexts'
import { lazyPart } from '@/lib/parts'
import { useCan } from '@/lib/session'
import { type Chorus, chorusQuery, useChorusFrames } from './api'
import { AnswerState } from './AnswerState'
import { Shared } from './Shared'
import classes from './Chorus.module.css'

const AnswerTogether = lazyPart(async () => (await import('./AnswerTogether')).AnswerTogether)

/** Beside a conversation: how many say the same under its post or are about the same, and what became of an answer to all of them. */
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
  const all = useQuery(chorusQuery(conversation)).data?.filter((c) => c.waiting > 1 || c.answer) ?? []
  if (all.length === 0) return null
  return (
    <section className={classes.bar} aria-label={t('chorus.title')}>
      {all.map((chorus) => (
        <One key={chorus.id} chorus={chorus} conversation={conversation} />
      ))}
    </section>
  )
}

function One({ chorus, conversation }: { chorus: Chorus; conversation: string }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const able = useCan('conversation.reply', 'own')
  return (
    <>
      {chorus.waiting > 1 && (
        <div className={classes.lead}>
          <MessagesSquare size={14} aria-hidden />
          <p className={classes.line}>
            <Shared chorus={chorus} />
            {able && (
              <Button size="compact-sm" variant="light" onClick={() => setOpen(true)}>
                {t('chorus.answer')}
              </Button>
            )}
          </p>
        </div>
      )}
      {chorus.answer && <AnswerState answer={chorus.answer} from={conversation} />}
      <Suspense>{open && <AnswerTogether chorus={chorus} conversation={conversation} onClose={() => setOpen(false)} />}</Suspense>
    </>
  )
}
