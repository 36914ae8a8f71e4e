import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { useT } from '@/lib/i18n'
import { ChorusTexts } from '@/lib/i18n/ChorusTexts'
import { lazyPart } from '@/lib/parts'
import { formatFull } from '@/lib/time'
import { Page } from '@/kit/Page'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { type Chorus, chorusesQuery, useChorusFrames } from './api'
import { AnswerState } from './AnswerState'
import { Shared } from './Shared'
import { Whose } from './Whose'
import classes from './Chorus.module.css'

const AnswerTogether = lazyPart(async () => (await import('./AnswerTogether')).AnswerTogether)

/** What several say alike under one post, or are about, and wait for an answer to: the largest first. */
export function SimilarPage() {
  return (
    <ChorusTexts>
      <Similar />
    </ChorusTexts>
  )
}

function Similar() {
  const t = useT()
  useChorusFrames()
  const { data, error, refetch } = useQuery(chorusesQuery)
  const [answering, setAnswering] = useState<Chorus>()
  return (
    <Page title={t('desk.chorus.area')} hint={t('chorus.hint')}>
      {!data && (error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <SkeletonRows rows={5} />)}
      {data?.length === 0 && <Empty title={t('chorus.none')} text={t('chorus.noneText')} />}
      <ul className={classes.list}>
        {data?.map((chorus) => (
          <li key={chorus.id} className={classes.row}>
            <div className={classes.said}>
              <Whose chorus={chorus} />
              <p className={classes.title}>
                <Shared chorus={chorus} />
              </p>
              <p dir="auto">{chorus.says || t('chorus.takenBack')}</p>
              <p className={classes.faint}>
                {chorus.post_text && <span dir="auto">{t('chorus.under', { post: chorus.post_text })} · </span>}
                {chorus.oldest_at && t('chorus.since', { at: formatFull(chorus.oldest_at, t.language) })}
              </p>
              {chorus.answer && <AnswerState answer={chorus.answer} />}
            </div>
            <Button variant="light" onClick={() => setAnswering(chorus)}>
              {t('chorus.answer')}
            </Button>
          </li>
        ))}
      </ul>
      <Suspense>{answering && <AnswerTogether chorus={data?.find((c) => c.id === answering.id) ?? answering} onClose={() => setAnswering(undefined)} />}</Suspense>
    </Page>
  )
}
