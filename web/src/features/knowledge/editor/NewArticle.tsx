import { ActionIcon, Alert, Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ArrowLeft } from 'lucide-react'
import { useState } from 'react'
import { api, fieldTexts, ok, problemText } from '@/lib/api'
import { languageList, useT } from '@/lib/i18n'
import { KeyCaps, useCommand, useKeysOf } from '@/lib/keys'
import { useSignedIn } from '@/lib/session'
import { useScreenTitle } from '@/lib/title'
import { ChooseMany, ChooseOne } from '@/kit/Choose'
import { useNarrow } from '@/kit/SidePanel'
import { useToasts } from '@/kit/toast'
import { answerMissing, categoriesQuery, keys } from '../api'
import { knowledgeCommands as commands } from '../commands'
import { type KnowledgeSearch, listPart } from '../search'
import { branches } from '../tree'
import { languageName } from '../wording'
import { BlocksEditor } from './BlocksEditor'
import { toBlocks } from './blocks'
import { Preview } from './Preview'
import { useText } from './useText'
import classes from './Editor.module.css'
import knowledge from '../Knowledge.module.css'

/** An article that does not exist yet: its first text, where it stands and for which brands. */
export function NewArticle({ search }: { search: KnowledgeSearch }) {
  const t = useT()
  const narrow = useNarrow()
  const cache = useQueryClient()
  const toasts = useToasts()
  const navigate = useNavigate()
  const { brands } = useSignedIn()
  const { data: categories = [] } = useQuery(categoriesQuery)
  const text = useText(search.answers ? `new.${search.answers}` : 'new', undefined, undefined, search.title)
  const [language, setLanguage] = useState(search.edit ?? t.language)
  const [category, setCategory] = useState(search.category ?? null)
  const [brandIds, setBrandIds] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  const saveKeys = useKeysOf(commands.save)
  const errors = failure === undefined ? {} : fieldTexts(t, failure)
  useScreenTitle(t('knowledge.new'))

  const create = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      const made = await ok(api.POST('/api/v1/articles', { body: { language, title: text.title.trim(), blocks: toBlocks(text.blocks), brand_ids: brandIds, ...(category ? { category_id: category } : {}) } }))
      text.drop()
      // The question may have been answered by somebody else meanwhile: the article is there all the same.
      if (search.answers) await answerMissing(search.answers, made.id).catch((error: unknown) => toasts.show({ kind: 'error', text: problemText(t, error), error }))
      toasts.show({ kind: 'done', text: t('knowledge.saved') })
      await cache.invalidateQueries({ queryKey: keys.all })
      await navigate({ to: '/knowledge/$id', params: { id: made.id }, search: { ...listPart(search), missing: undefined, edit: language }, replace: true })
    } catch (error) {
      setFailure(error)
      setBusy(false)
    }
  }
  useCommand(commands.save, () => void create(), !busy && text.title.trim() !== '')
  return (
    <article className={knowledge.article} aria-label={t('knowledge.new')}>
      <header className={knowledge.head}>
        <ActionIcon size={32} onClick={() => void navigate({ to: '/knowledge', search: listPart(search) })} aria-label={t('act.back')}>
          <ArrowLeft size={18} />
        </ActionIcon>
        <h2>{t('knowledge.new')}</h2>
        <div className={knowledge.acts}>
          <Button rightSection={!narrow && <KeyCaps keys={saveKeys} />} loading={busy} disabled={text.title.trim() === ''} onClick={() => void create()}>
            {t('knowledge.act.save')}
          </Button>
        </div>
      </header>
      <div className={knowledge.body}>
        <div className={classes.columns}>
          <div className={classes.writing}>
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
                {problemText(t, failure)}
              </Alert>
            )}
            <TextInput className={classes.title} data-autofocus autoFocus label={t('knowledge.text.title')} required lang={language} maxLength={200} value={text.title} error={errors.title} onChange={(e) => text.write({ title: e.currentTarget.value })} />
            <div className={knowledge.filterRow}>
              <ChooseOne label={t('knowledge.filter.language')} allowDeselect={false} data={languageList.map((l) => ({ value: l, label: languageName(l) }))} value={language} error={errors.language} onChange={(l) => l && setLanguage(l)} />
              <ChooseOne label={t('knowledge.category')} placeholder={t('knowledge.category.none')} clearable data={branches(categories).map(({ category: c }) => ({ value: c.id, label: c.name }))} value={category} error={errors.category_id} onChange={setCategory} />
            </div>
            <ChooseMany label={t('knowledge.brands')} description={t('knowledge.brandsHelp')} data={brands.map((b) => ({ value: b.id, label: b.name }))} value={brandIds} error={errors.brand_ids} onChange={setBrandIds} />
            <BlocksEditor blocks={text.blocks} language={language} errors={errors} onChange={(blocks) => text.write({ blocks })} onPlace={text.place} />
          </div>
          <Preview title={text.title} blocks={text.blocks} language={language} />
        </div>
      </div>
    </article>
  )
}
