import { ActionIcon, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ChevronDown, FilePlus2, FolderPlus, Inbox, Library, Pencil, SearchX } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { useCan } from '@/lib/session'
import { Tip } from '@/kit/Tip'
import { PanelBoundary } from '@/kit/states'
import { categoriesQuery } from './api'
import type { KnowledgeSearch } from './search'
import { branches } from './tree'
import classes from './Knowledge.module.css'

const CategoryDialog = lazyPart(async () => (await import('./CategoryDialog')).CategoryDialog)

const indent = 14 // pixels for each step into the tree

/** Where one is in the tree, the way to the other places, and the acts on the whole. */
export function Places({ search, onCreate }: { search: KnowledgeSearch; onCreate: () => void }) {
  const t = useT()
  const writes = useCan('knowledge.edit')
  const arranges = useCan('knowledge.publish')
  const { data: categories = [] } = useQuery(categoriesQuery)
  const [editing, setEditing] = useState<string>() // a category, or "new"
  const navigate = useNavigate()
  const go = (place: KnowledgeSearch) => void navigate({ to: '/knowledge', search: place })
  const here = categories.find((c) => c.id === search.category)
  const title = search.missing ? t('knowledge.missing') : (here?.name ?? t('knowledge.all'))
  return (
    <header className={classes.places}>
      <Menu width={280} position="bottom-start">
        <Menu.Target>
          <button type="button" className={classes.place}>
            <h1>{title}</h1> <ChevronDown size={16} aria-hidden />
            <span className="sr-only">{t('knowledge.categories')}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown className={classes.tree}>
          <Menu.Item onClick={() => go({})} leftSection={<Library size={16} />} aria-current={!here && !search.missing ? 'true' : undefined}>
            {t('knowledge.all')}
          </Menu.Item>
          {branches(categories).map(({ category, depth }) => (
            <Menu.Item key={category.id} onClick={() => go({ category: category.id })} leftSection={<Inbox size={15} />} style={{ paddingLeft: 10 + depth * indent }} aria-current={category.id === search.category ? 'true' : undefined}>
              {category.name}
            </Menu.Item>
          ))}
          {writes && (
            <>
              <Menu.Divider />
              <Menu.Item onClick={() => go({ missing: true })} leftSection={<SearchX size={16} />} aria-current={search.missing ? 'true' : undefined}>
                {t('knowledge.missing')}
              </Menu.Item>
            </>
          )}
          {arranges && (
            <>
              <Menu.Divider />
              <Menu.Item leftSection={<FolderPlus size={16} />} onClick={() => setEditing('new')}>
                {t('knowledge.category.create')}
              </Menu.Item>
              {here && (
                <Menu.Item leftSection={<Pencil size={16} />} onClick={() => setEditing(here.id)}>
                  {t('knowledge.category.edit', { name: here.name })}
                </Menu.Item>
              )}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {writes && (
        <Tip label={t('knowledge.act.new')}>
          <ActionIcon size={32} onClick={onCreate} aria-label={t('knowledge.act.new')}>
            <FilePlus2 size={17} />
          </ActionIcon>
        </Tip>
      )}
      <PanelBoundary floating resetKey={editing}>
        <Suspense>{editing && <CategoryDialog key={editing} category={editing === 'new' ? undefined : here} within={editing === 'new' ? here?.id : undefined} onClose={() => setEditing(undefined)} />}</Suspense>
      </PanelBoundary>
    </header>
  )
}
