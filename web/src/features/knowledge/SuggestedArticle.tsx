import { ActionIcon, Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BookOpen, CornerDownLeft, ThumbsDown, ThumbsUp } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { KeyCaps, useKeysOf } from '@/lib/keys'
import { Marked, wordsOf } from '@/kit/Marked'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { articleQuery } from './api'
import { Blocks } from './Blocks'
import { knowledgeCommands as commands } from './commands'
import type { Found } from './types'
import { type Use, insertedQuery } from './use'
import { inLanguage } from './wording'
import classes from './Suggestions.module.css'

interface Props {
  item: Found
  conversation: string
  /** The keys act on it. */
  active: boolean
  /** Is read in its place. */
  open: boolean
  onFocus: () => void
  onOpen: () => void
  onInsert: () => void
  onJudge: (article: string, use: Use, verdict: NonNullable<Use['verdict']>) => Promise<void>
}

/** One article beside a conversation: read here, put into the reply, and judged. */
export function SuggestedArticle({ item, conversation, active, open, onFocus, onOpen, onInsert, onJudge }: Props) {
  const t = useT()
  const insertKeys = useKeysOf(commands.insert)
  const id = item.article_id ?? ''
  const { data: use } = useQuery(insertedQuery(conversation, id))
  const title = wordsOf(item.title)
  return (
    <li className={classes.item} data-active={active || undefined}>
      <div className={classes.itemHead}>
        <BookOpen size={15} aria-hidden />
        <button type="button" data-row className={classes.title} aria-expanded={open} lang={item.language} onFocus={onFocus} onClick={onOpen}>
          <Marked runs={item.title} />
        </button>
        <ActionIcon size={28} onClick={onInsert} aria-label={t('knowledge.insertInto', { title })} title={t('knowledge.insertInto', { title })}>
          <CornerDownLeft size={15} />
        </ActionIcon>
      </div>
      {!open && (
        <p className={classes.excerpt} lang={item.language}>
          <Marked runs={item.excerpt} />
        </p>
      )}
      {open && (
        <div className={classes.reading}>
          <Reading id={id} language={item.language} />
          <div className={classes.acts}>
            <Button size="xs" leftSection={<CornerDownLeft size={14} />} rightSection={<KeyCaps keys={insertKeys} />} onClick={onInsert}>
              {t('knowledge.insert')}
            </Button>
            <Link to="/knowledge/$id" params={{ id }} search={{}} className={classes.whole}>
              {t('knowledge.open')}
            </Link>
          </div>
        </div>
      )}
      {use && <Verdict use={use} title={title} onJudge={(verdict) => void onJudge(id, use, verdict)} />}
    </li>
  )
}

function Reading({ id, language }: { id: string; language: string | undefined }) {
  const { data, error, isError, refetch } = useQuery(articleQuery(id))
  if (isError && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonRows rows={2} height="40px" />
  const text = inLanguage(data.texts.filter((v) => v.state === 'published'), language)
  return text ? <Blocks blocks={text.blocks} language={text.language} /> : null
}

function Verdict({ use, title, onJudge }: { use: Use; title: string; onJudge: (verdict: NonNullable<Use['verdict']>) => void }) {
  const t = useT()
  return (
    <div className={classes.verdict} role="group" aria-label={`${t('knowledge.helpedAsk')} ${title}`}>
      <span role="status">{use.verdict ? t('knowledge.helpedThanks') : `${t('knowledge.inserted')}. ${t('knowledge.helpedAsk')}`}</span>
      <Button size="xs" variant="default" leftSection={<ThumbsUp size={13} />} aria-pressed={use.verdict === 'helped'} onClick={() => onJudge('helped')}>
        {t('knowledge.helped')}
      </Button>
      <Button size="xs" variant="default" leftSection={<ThumbsDown size={13} />} aria-pressed={use.verdict === 'not_helped'} onClick={() => onJudge('not_helped')}>
        {t('knowledge.helpedNot')}
      </Button>
    </div>
  )
}
