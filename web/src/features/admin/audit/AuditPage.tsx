import { Button, TextInput } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import { Page } from '@/kit/Page'
import { Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { every, keys } from '../api'
import { useBrands, useChoices } from '../parts/lookups'
import { useSearchState } from '../parts/useSearchState'
import classes from './Audit.module.css'
import { RecordView } from './RecordView'
import { type AuditSearch, auditQuery, subjectKinds } from './search'

/** Who changed what, when, from what to what. */
export function AuditPage() {
  const t = useT()
  const [search, setSearch] = useSearchState<AuditSearch>()
  const query = auditQuery(search)
  const pages = useInfiniteQuery({
    queryKey: [...keys.audit, query],
    queryFn: ({ pageParam }) => ok(api.GET('/api/v1/audit', { params: { query: { ...query, cursor: pageParam } } })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  })
  const records = pages.data?.pages.flatMap((p) => p.items) ?? []
  const filtered = Object.values(search).some((v) => v !== undefined)
  return (
    <Page title={t('admin.audit.title')}>
      <Filters search={search} onSearch={setSearch} />
      {pages.isPending && <SkeletonRows rows={8} height="48px" />}
      {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && records.length === 0 && <Nothing filtered={filtered} onClear={() => setSearch({})} />}
      {records.length > 0 && (
        <ul className={classes.list}>
          {records.map((record) => (
            <RecordView key={record.id} record={record} />
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <Button variant="default" mt="md" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
    </Page>
  )
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const t = useT()
  if (!filtered) return <Empty title={t('admin.audit.empty')} />
  return (
    <Empty
      title={t('state.nothingFound')}
      action={
        <Button variant="default" onClick={onClear}>
          {t('act.clearFilters')}
        </Button>
      }
    />
  )
}

function Filters({ search, onSearch }: { search: AuditSearch; onSearch: (next: AuditSearch) => void }) {
  const t = useT()
  const people = useChoices(every.users)
  const { options: brands } = useBrands()
  const set = (change: Partial<AuditSearch>) => onSearch({ ...search, ...change })
  const clear = { clearable: true, clearButtonProps: { 'aria-label': t('act.clearFilters') } }
  return (
    <div className={classes.filters}>
      <ChooseOne label={t('admin.audit.who')} placeholder={t('admin.audit.anybody')} data={people} value={search.who ?? null} onChange={(who) => set({ who: who ?? undefined })} {...clear} />
      <ChooseOne label={t('admin.audit.what')} placeholder={t('admin.audit.anything')} data={subjectKinds.map((k) => ({ value: k, label: t(`admin.audit.kind.${k}`) }))} value={search.kind ?? null} onChange={(kind) => set({ kind: kind ?? undefined })} {...clear} />
      {brands.length > 1 && <ChooseOne label={t('resource.brand')} placeholder={t('resource.allBrands')} data={brands} value={search.brand ?? null} onChange={(brand) => set({ brand: brand ?? undefined })} {...clear} />}
      <TextInput type="date" label={t('admin.audit.from')} value={search.from ?? ''} max={search.to} onChange={(e) => set({ from: e.currentTarget.value || undefined })} />
      <TextInput type="date" label={t('admin.audit.to')} value={search.to ?? ''} min={search.from} onChange={(e) => set({ to: e.currentTarget.value || undefined })} />
    </div>
  )
}
