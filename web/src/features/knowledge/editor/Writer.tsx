import { ActionIcon, Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { ArrowLeft, History, Settings } from 'lucide-react'
import { Suspense, useState } from 'react'
import { languageList, useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { useScreenTitle } from '@/lib/title'
import { ChooseOne } from '@/kit/Choose'
import { useNarrow } from '@/kit/SidePanel'
import { PanelBoundary } from '@/kit/states'
import { type KnowledgeSearch, listPart } from '../search'
import type { ArticleDetail } from '../types'
import { inLanguage, languageName, languagesOf, openText, publishedText } from '../wording'
import { TextEditor } from './TextEditor'
import knowledge from '../Knowledge.module.css'

const SettingsSheet = lazyPart(async () => (await import('./SettingsSheet')).SettingsSheet)
const HistorySheet = lazyPart(async () => (await import('./HistorySheet')).HistorySheet)

interface Props {
  article: ArticleDetail
  language: string
  search: KnowledgeSearch
}

/** An article while it is written: one language at a time. */
export function Writer({ article, language, search }: Props) {
  const t = useT()
  const narrow = useNarrow()
  const navigate = useNavigate()
  const [sheet, setSheet] = useState<'settings' | 'history'>()
  const title = inLanguage(article.texts, language)?.title ?? t('knowledge.title')
  useScreenTitle(title)
  const go = (edit: string | undefined) => void navigate({ to: '/knowledge/$id', params: { id: article.id }, search: { ...listPart(search), edit }, replace: edit !== undefined })
  const offered = [...new Set([...languageList, ...languagesOf(article)])]
  return (
    <article className={knowledge.article} aria-label={title}>
      <header className={knowledge.head}>
        <ActionIcon size={narrow ? 36 : 32} onClick={() => go(undefined)} aria-label={t('act.back')}>
          <ArrowLeft size={18} />
        </ActionIcon>
        <h2>{title}</h2>
        <div className={knowledge.acts}>
          <ChooseOne w={140} aria-label={t('knowledge.filter.language')} allowDeselect={false} data={offered.map((l) => ({ value: l, label: languageName(l) }))} value={language} onChange={(l) => l && go(l)} />
          <Button variant="default" leftSection={<Settings size={15} />} onClick={() => setSheet('settings')}>
            {t('knowledge.act.settings')}
          </Button>
          <Button variant="default" leftSection={<History size={15} />} onClick={() => setSheet('history')}>
            {t('knowledge.act.history')}
          </Button>
        </div>
      </header>
      <div className={knowledge.body}>
        <TextEditor key={language} article={article} language={language} open={openText(article, language)} published={publishedText(article, language)} />
      </div>
      <PanelBoundary floating resetKey={sheet}>
        <Suspense>
          {sheet === 'settings' && <SettingsSheet article={article} onClose={() => setSheet(undefined)} />}
          {sheet === 'history' && <HistorySheet article={article} language={language} onClose={() => setSheet(undefined)} />}
        </Suspense>
      </PanelBoundary>
    </article>
  )
}
