import { Alert, Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Problem, fieldTexts, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { KeyCaps, useCommand, useKeysOf } from '@/lib/keys'
import { Badge } from '@/kit/Badge'
import { useNarrow } from '@/kit/SidePanel'
import { useToasts } from '@/kit/toast'
import { articleQuery, keys } from '../api'
import { knowledgeCommands as commands } from '../commands'
import type { ArticleDetail, Version } from '../types'
import { languageName, openText, publishedText, stateTones } from '../wording'
import { type Decision, decide, saveText } from './acts'
import { BlocksEditor } from './BlocksEditor'
import { Preview } from './Preview'
import { ReturnDialog } from './ReturnDialog'
import { Returned } from './Returned'
import { useText } from './useText'
import classes from './Editor.module.css'

interface Props {
  article: ArticleDetail
  language: string
  open: Version | undefined
  published: Version | undefined
}

const stale = (failure: unknown) => failure instanceof Problem && failure.code === 'knowledge.changed'

/** The text of one language: what it says, how it reads, and what becomes of it. */
export function TextEditor({ article, language, open, published }: Props) {
  const t = useT()
  const narrow = useNarrow()
  const cache = useQueryClient()
  const toasts = useToasts()
  const text = useText(`${article.id}.${language}`, open, published)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  const [returning, setReturning] = useState(false)
  const saveKeys = useKeysOf(commands.save)
  const errors = failure === undefined ? {} : fieldTexts(t, failure)
  const renew = () => cache.invalidateQueries({ queryKey: keys.all })

  /** Does something with the server; answers whether it was done. */
  const attempt = async (act: () => Promise<unknown>, done: string): Promise<boolean> => {
    setBusy(true)
    try {
      await act()
      setFailure(undefined)
      toasts.show({ kind: 'done', text: done })
      await renew()
      return true
    } catch (error) {
      setFailure(error)
      return false
    } finally {
      setBusy(false)
    }
  }
  const store = async (rev = text.rev) => {
    const sent = { title: text.title, blocks: text.blocks }
    text.saved(await saveText(article.id, language, sent, rev), sent)
  }
  const save = () => void attempt(() => store(), t('knowledge.saved'))
  const done: Record<Decision, string> = {
    submit: t('knowledge.submittedDone'),
    publish: t('knowledge.publishedDone', { language: languageName(language) }),
    return: t('knowledge.returnedDone'),
    withdraw: t('knowledge.withdrawnDone'),
  }
  const judge = (decision: Decision, comment?: string) =>
    attempt(async () => {
      // What is decided on is what stands here.
      if (text.dirty && (decision === 'submit' || decision === 'publish')) await store()
      text.decided(await decide(decision, article.id, language, comment))
    }, done[decision])
  const newest = async () => {
    const found = await cache.fetchQuery({ ...articleQuery(article.id), staleTime: 0 })
    return { open: openText(found, language), published: publishedText(found, language) }
  }
  const takeTheirs = async () => {
    const now = await newest()
    text.drop(now.open, now.published)
    setFailure(undefined)
  }
  const saveMine = () =>
    void attempt(async () => {
      const rev = (await newest()).open?.rev ?? 0
      text.rebase(rev)
      await store(rev)
    }, t('knowledge.saved'))

  const storable = text.dirty && !busy
  useCommand(commands.save, save, storable)
  const state = open?.state ?? published?.state
  return (
    <div className={classes.columns}>
      <div className={classes.writing}>
        <div className={classes.bar}>
          {state && <Badge tone={stateTones[state]}>{t(`knowledge.state.${state}`)}</Badge>}
          {open && published && <Badge tone="ok">{t('knowledge.published')}</Badge>}
          <span className={classes.status} role="status">
            {text.dirty ? `${t('knowledge.unsaved')} · ${t('knowledge.savedHere')}` : ''}
          </span>
          <Button variant="default" rightSection={!narrow && <KeyCaps keys={saveKeys} />} disabled={!storable} loading={busy} onClick={save}>
            {t('knowledge.act.save')}
          </Button>
          <Decisions article={article} open={open} published={published} dirty={text.dirty} busy={busy} onDecide={(d) => void judge(d)} onReturn={() => setReturning(true)} />
        </div>
        {text.returned && (
          <Alert color="yellow" variant="light" role="status">
            {t('knowledge.draftKept')}
            <div className={classes.alertActs}>
              <Button size="xs" variant="default" onClick={() => text.drop()}>
                {t('knowledge.draftKeptDrop')}
              </Button>
            </div>
          </Alert>
        )}
        {failure !== undefined && (
          <Alert color="danger" variant="light" role="alert">
            {stale(failure) ? t('knowledge.stale') : problemText(t, failure)}
            {stale(failure) && (
              <div className={classes.alertActs}>
                <Button size="xs" variant="default" loading={busy} onClick={saveMine}>
                  {t('knowledge.stale.mine')}
                </Button>
                <Button size="xs" variant="default" onClick={() => void takeTheirs()}>
                  {t('knowledge.stale.theirs')}
                </Button>
              </div>
            )}
          </Alert>
        )}
        {open?.state === 'draft' && <Returned draft={open} />}
        {!state && <p className={classes.hint}>{t('knowledge.languageNew')}</p>}
        <TextInput className={classes.title} label={t('knowledge.text.title')} required lang={language} maxLength={200} value={text.title} error={errors.title} onChange={(e) => text.write({ title: e.currentTarget.value })} />
        <BlocksEditor blocks={text.blocks} language={language} errors={errors} onChange={(blocks) => text.write({ blocks })} onPlace={text.place} />
      </div>
      <Preview title={text.title} blocks={text.blocks} language={language} />
      <ReturnDialog open={returning} onClose={() => setReturning(false)} onReturn={(comment) => judge('return', comment)} />
    </div>
  )
}

interface DecisionsProps extends Pick<Props, 'article' | 'open' | 'published'> {
  dirty: boolean
  busy: boolean
  onDecide: (decision: Decision) => void
  onReturn: () => void
}

/** What can become of the text now, for who may decide it. */
function Decisions({ article, open, published, dirty, busy, onDecide, onReturn }: DecisionsProps) {
  const t = useT()
  const written = open !== undefined || dirty
  return (
    <>
      {article.may_judge && published && !open && !dirty && (
        <Button variant="default" disabled={busy} onClick={() => onDecide('withdraw')}>
          {t('knowledge.act.withdraw')}
        </Button>
      )}
      {article.may_judge && open?.state === 'review' && (
        <Button variant="default" disabled={busy} onClick={onReturn}>
          {t('knowledge.act.return')}
        </Button>
      )}
      {open?.state !== 'review' && (
        <Button variant={article.may_judge ? 'default' : 'filled'} disabled={!written || busy} onClick={() => onDecide('submit')}>
          {t('knowledge.act.submit')}
        </Button>
      )}
      {article.may_judge && (
        <Button disabled={!written || busy} onClick={() => onDecide('publish')}>
          {t('knowledge.act.publish')}
        </Button>
      )}
    </>
  )
}
