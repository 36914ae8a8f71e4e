import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { type Translate, useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { Badge } from '@/kit/Badge'
import { Sheet } from '@/kit/overlays'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { comparisonQuery, historyQuery, keys } from '../api'
import type { ArticleDetail, Block, Difference, Version } from '../types'
import { languageName, stateTones } from '../wording'
import classes from './Editor.module.css'

interface Props {
  article: ArticleDetail
  language: string
  onClose: () => void
}

/** What became of the texts of a language: its versions, what was decided, and how one became another. */
export function HistorySheet({ article, language, onClose }: Props) {
  const t = useT()
  const { data, error, isError, refetch } = useQuery(historyQuery(article.id))
  const [compared, setCompared] = useState<string>()
  const versions = data?.versions.filter((v) => v.language === language) ?? []
  const at = versions.findIndex((v) => v.id === compared)
  return (
    <Sheet opened onClose={onClose} title={`${t('knowledge.act.history')}: ${languageName(language)}`} size={560} position="right">
      {isError && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !isError && <SkeletonRows rows={4} height="72px" />}
      <ul className={classes.versions}>
        {versions.map((version, i) => (
          <li key={version.id} className={classes.version}>
            <div className={classes.bar}>
              <strong>{t('knowledge.version', { number: version.number })}</strong>
              <Badge tone={stateTones[version.state]}>{t(`knowledge.state.${version.state}`)}</Badge>
              <span className={classes.status}>
                {version.author?.name} · <Ago at={version.changed_at} />
              </span>
            </div>
            {data?.reviews.filter((r) => r.version_id === version.id).map((review) => (
              <p key={review.at} className={classes.hint}>
                {[review.by?.name, t(`knowledge.history.${review.action}`)].filter(Boolean).join(' ')} · <Ago at={review.at} />
                {review.comment && `: ${review.comment}`}
              </p>
            ))}
            <div className={classes.alertActs}>
              {i + 1 < versions.length && (
                <Button size="xs" variant="default" aria-expanded={compared === version.id} onClick={() => setCompared(compared === version.id ? undefined : version.id)}>
                  {t('knowledge.compare')}
                </Button>
              )}
              {article.may_edit && version.state === 'archived' && <Restore version={version} onDone={onClose} />}
            </div>
            {i === at && versions[i + 1] && <Comparison version={version} older={versions[i + 1]!} />}
          </li>
        ))}
      </ul>
    </Sheet>
  )
}

function Restore({ version, onDone }: { version: Version; onDone: () => void }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const [busy, setBusy] = useState(false)
  const restore = async () => {
    setBusy(true)
    try {
      await ok(api.POST('/api/v1/article-versions/{id}/restore', { params: { path: { id: version.id } } }))
      await cache.invalidateQueries({ queryKey: keys.all })
      toasts.show({ kind: 'done', text: t('knowledge.restoredVersion', { number: version.number }) })
      onDone()
    } catch (error) {
      toasts.show({ kind: 'error', text: problemText(t, error), error })
      setBusy(false)
    }
  }
  return (
    <Button size="xs" variant="default" loading={busy} onClick={() => void restore()}>
      {t('knowledge.restoreVersion', { number: version.number })}
    </Button>
  )
}

function Comparison({ version, older }: { version: Version; older: Version }) {
  const t = useT()
  const { data, error, isError, refetch } = useQuery(comparisonQuery(version.id, older.id))
  if (isError) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={2} height="48px" />
  const changes = data.filter((d) => d.kind !== 'same')
  return (
    <div className={classes.form}>
      <p className={classes.hint}>{t('knowledge.compareText', { from: older.number, to: version.number })}</p>
      {changes.length === 0 && <p>{t('knowledge.difference.none')}</p>}
      {changes.map((d, i) => (
        <Change key={i} difference={d} />
      ))}
    </div>
  )
}

function Change({ difference: { kind, before, after } }: { difference: Difference }) {
  const t = useT()
  return (
    <div className={classes.difference}>
      <span className={classes.hint}>{t(`knowledge.difference.${kind as 'added' | 'removed' | 'changed'}`)}</span>
      {before && <del>{saying(t, before)}</del>}
      {after && <ins>{saying(t, after)}</ins>}
    </div>
  )
}

/** Everything that a block says, one line for each part. */
const saying = (t: Translate, { text, items, url, file, along, variants }: Block) => [text, ...(items ?? []), url, file?.name, along && t('knowledge.file.along'), ...Object.entries(variants ?? {}).map(([channel, words]) => `${channel}: ${words}`)].filter(Boolean).join('\n')
