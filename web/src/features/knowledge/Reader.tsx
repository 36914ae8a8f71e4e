import { ActionIcon, Button, Menu, SegmentedControl } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Archive, ArchiveRestore, ArrowLeft, Ellipsis, History as HistoryIcon, Pencil } from 'lucide-react'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { ArticleTexts } from '@/lib/i18n/ArticleTexts'
import { KeyCaps, useCommand, useKeysOf } from '@/lib/keys'
import { lazyPart } from '@/lib/parts'
import { useSignedIn } from '@/lib/session'
import { formatDay, useNow } from '@/lib/time'
import { useScreenTitle } from '@/lib/title'
import { useAct } from '@/kit/act'
import { Badge } from '@/kit/Badge'
import { useNarrow } from '@/kit/SidePanel'
import { Empty, PanelBoundary } from '@/kit/states'
import { keys } from './api'
import { Blocks } from './Blocks'
import { knowledgeCommands as commands } from './commands'
import { type KnowledgeSearch, listPart } from './search'
import type { ArticleDetail, Version } from './types'
import { inLanguage, languageName, languagesOf, openText, publishedText, stateTones } from './wording'
import classes from './Knowledge.module.css'

const HistorySheet = lazyPart(async () => (await import('./editor/HistorySheet')).HistorySheet)

/** An article as its readers see it, in one of its languages. */
export function Reader({ article, search }: { article: ArticleDetail; search: KnowledgeSearch }) {
  const t = useT()
  const narrow = useNarrow()
  const navigate = useNavigate()
  const editKeys = useKeysOf(commands.edit)
  const [chosen, setChosen] = useState<string>()
  const [history, setHistory] = useState(false)
  const all = languagesOf(article)
  const language = chosen ?? inLanguage(article.texts, search.language, t.language)?.language ?? t.language
  // Readers see what is published; who writes sees the draft where there is nothing else.
  const text = publishedText(article, language) ?? openText(article, language)
  const title = text?.title ?? t('knowledge.title')
  useScreenTitle(title)
  const edit = () => void navigate({ to: '/knowledge/$id', params: { id: article.id }, search: { ...listPart(search), edit: language } })
  useCommand(commands.edit, edit, article.may_edit)
  return (
    <article className={classes.article} aria-label={title}>
      <header className={classes.head}>
        {narrow && (
          <ActionIcon size={36} onClick={() => void navigate({ to: '/knowledge', search: listPart(search) })} aria-label={t('act.back')}>
            <ArrowLeft size={18} />
          </ActionIcon>
        )}
        {all.length > 1 && <SegmentedControl aria-label={t('knowledge.filter.language')} value={language} onChange={setChosen} data={all.map((l) => ({ value: l, label: languageName(l) }))} />}
        <span style={{ flex: 1 }} />
        <div className={classes.acts}>
          {article.may_edit && (
            <Button leftSection={<Pencil size={15} />} rightSection={!narrow && <KeyCaps keys={editKeys} />} variant="default" onClick={edit}>
              {t('knowledge.act.edit')}
            </Button>
          )}
          {(article.may_edit || article.may_judge) && <Acts article={article} title={title} onHistory={() => setHistory(true)} />}
        </div>
      </header>
      <div className={classes.body}>
        {text ? (
          <div className={classes.reading}>
            <h2 lang={text.language}>{text.title}</h2>
            <Facts article={article} text={text} />
            <Blocks blocks={text.blocks} language={text.language} />
          </div>
        ) : (
          <Empty title={t('knowledge.languageNew')} />
        )}
      </div>
      <PanelBoundary floating resetKey={history}>
        {history && (
          <ArticleTexts>
            <HistorySheet article={article} language={language} onClose={() => setHistory(false)} />
          </ArticleTexts>
        )}
      </PanelBoundary>
    </article>
  )
}

function Acts({ article, title, onHistory }: { article: ArticleDetail; title: string; onHistory: () => void }) {
  const t = useT()
  const act = useAct()
  const params = { path: { id: article.id } }
  const archive = () => ok(api.POST('/api/v1/articles/{id}/archive', { params }))
  const restore = () => ok(api.POST('/api/v1/articles/{id}/unarchive', { params }))
  const [verb, commit, undo] = article.archived ? (['knowledge.act.restoreArticle', restore, archive] as const) : (['knowledge.act.archive', archive, restore] as const)
  const run = () => void act({ done: t(article.archived ? 'resource.restored' : 'knowledge.archivedDone'), touches: [keys.all], commit, undo })
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={32} aria-label={`${t('shell.more')}: ${title}`}>
          <Ellipsis size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<HistoryIcon size={16} />} onClick={onHistory}>
          {t('knowledge.act.history')}
        </Menu.Item>
        {article.may_judge && (
          <Menu.Item leftSection={article.archived ? <ArchiveRestore size={16} /> : <Archive size={16} />} onClick={run}>
            {t(verb)}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Of what state a text is, whose it is, and how useful it was. */
export function Facts({ article, text }: { article: ArticleDetail; text: Version }) {
  const t = useT()
  const now = useNow('minute')
  const { brands } = useSignedIn()
  const names = article.brand_ids.flatMap((id) => brands.find((b) => b.id === id)?.name ?? [])
  return (
    <p className={classes.facts}>
      <Badge tone={stateTones[text.state]}>{t(`knowledge.state.${text.state}`)}</Badge>
      {article.archived && <Badge tone="danger">{t('knowledge.archived')}</Badge>}
      {article.expired && <Badge tone="danger">{t('knowledge.due')}</Badge>}
      <span>{formatDay(text.published_at ?? text.changed_at, t.language, now)}</span>
      {article.owner && <span>{`${t('knowledge.owner')}: ${article.owner.name}`}</span>}
      <span>{article.audience === 'group' ? article.audience_group : t(`knowledge.audience.${article.audience}`)}</span>
      <span>{names.length > 0 ? names.join(', ') : t('resource.allBrands')}</span>
      <span>{t('knowledge.used', { used: article.used, helped: article.helped, not: article.not_helped })}</span>
    </p>
  )
}
