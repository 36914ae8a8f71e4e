import { ActionIcon, Button, SegmentedControl } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { Suspense, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { lazyPart } from '@/lib/parts'
import { useCan, useSignedIn } from '@/lib/session'
import { useScreenTitle } from '@/lib/title'
import { ChooseOne } from '@/kit/Choose'
import { DownloadList } from '@/kit/DownloadList'
import { useNarrow } from '@/kit/SidePanel'
import { PanelBoundary, SkeletonRows } from '@/kit/states'
import { Tip } from '@/kit/Tip'
import { keys } from './caches'
import { CaseList } from './CaseList'
import { caseCommands as commands } from './commands'
import { useCaseFrames } from './frames'
import { SearchField } from './SearchField'
import { type CasesSearch, queryOf } from './search'
import { Categories, Views } from './Views'
import classes from './Cases.module.css'

const CaseBoard = lazyPart(async () => (await import('./CaseBoard')).CaseBoard)
const NewCase = lazyPart(async () => (await import('./NewCase')).NewCase)

const route = getRouteApi('/desk/cases')

/** The cases: as a list by what is due, or as a board by status. */
export function CasesPage() {
  const t = useT()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const cache = useQueryClient()
  const [making, setMaking] = useState(false)
  const onSearch = (next: CasesSearch) => void navigate({ search: next, replace: true })
  const board = search.as === 'board'
  useCaseFrames()
  useScreenTitle(t('cases.title'))
  useCommand(commands.board, () => onSearch({ ...search, as: board ? undefined : 'board' }))
  useCommand(commands.refresh, () => void cache.invalidateQueries({ queryKey: keys.all }))
  useCommand(commands.create, () => setMaking(true))
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div className={classes.title}>
          <h1>{t('cases.title')}</h1>
          <div className={classes.tools}>
            {!board && <SearchField value={search.q ?? ''} onChange={(q) => onSearch({ ...search, q: q || undefined })} />}
            <Brand search={search} onSearch={onSearch} />
            <SegmentedControl
              aria-label={t('cases.as')}
              value={search.as ?? 'list'}
              onChange={(as) => onSearch({ ...search, as: as === 'board' ? 'board' : undefined })}
              data={[
                { value: 'list', label: t('cases.as.list') },
                { value: 'board', label: t('cases.as.board') },
              ]}
            />
            {!board && <DownloadList path="/api/v1/cases.file" query={{ ...queryOf(search) }} />}
            <NewButton onClick={() => setMaking(true)} />
          </div>
        </div>
        <Views search={search} onSearch={onSearch} />
        {!board && <Categories search={search} onSearch={onSearch} />}
      </header>
      <PanelBoundary resetKey={search.as}>
        <Suspense fallback={<SkeletonRows plain rows={8} />}>{board ? <CaseBoard search={search} /> : <CaseList search={search} onSearch={onSearch} />}</Suspense>
      </PanelBoundary>
      <PanelBoundary floating resetKey={making}>
        <Suspense>{making && <NewCase brand={search.brand} onClose={() => setMaking(false)} />}</Suspense>
      </PanelBoundary>
    </div>
  )
}

function NewButton({ onClick }: { onClick: () => void }) {
  const t = useT()
  const narrow = useNarrow()
  const mayEdit = useCan('case.edit')
  if (!mayEdit) return null
  return (
    <Tip label={t('cases.act.create')} command={commands.create}>
      {narrow ? (
        <ActionIcon size={40} variant="filled" color="accent" ml="auto" aria-label={t('cases.act.create')} onClick={onClick}>
          <Plus size={18} />
        </ActionIcon>
      ) : (
        <Button leftSection={<Plus size={16} aria-hidden />} onClick={onClick}>
          {t('cases.act.create')}
        </Button>
      )}
    </Tip>
  )
}

/** Of which brand; one alone is no choice. */
function Brand({ search, onSearch }: { search: CasesSearch; onSearch: (search: CasesSearch) => void }) {
  const t = useT()
  const { brands } = useSignedIn()
  if (brands.length < 2) return null
  return (
    <ChooseOne
      className={classes.brand}
      aria-label={t('resource.brand')}
      placeholder={t('resource.allBrands')}
      clearable
      clearButtonProps={{ 'aria-label': t('resource.allBrands') }}
      data={brands.map((b) => ({ value: b.id, label: b.name }))}
      value={search.brand ?? null}
      onChange={(brand) => onSearch({ ...search, brand: brand ?? undefined })}
    />
  )
}
