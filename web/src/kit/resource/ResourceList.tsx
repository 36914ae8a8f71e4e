import { Button, SegmentedControl, Table, TextInput } from '@mantine/core'
import { keepPreviousData, skipToken, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ListPlus, Plus, Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { type Key, useT } from '@/lib/i18n'
import { useCan, useSession } from '@/lib/session'
import { ChooseOne } from '../Choose'
import { Page } from '../Page'
import { useNarrow } from '../SidePanel'
import { Empty, ErrorState, SkeletonRows } from '../states'
import { Editor } from './Editor'
import classes from './resource.module.css'
import { type Resource, type ResourceSearch, newItem } from './schema'

interface Props<Item extends { id: string; archived_at?: string }, Input extends object> {
  resource: Resource<Item, Input>
  search: ResourceSearch
  /** Writes the state into the address, without a new entry in the history. */
  onSearch: (next: ResourceSearch) => void
}

/** An administration page: find, look, create, edit, archive with undo. */
export function ResourceList<Item extends { id: string; archived_at?: string }, Input extends object>({ resource, search, onSearch }: Props<Item, Input>) {
  const t = useT()
  const editable = useCan(resource.edit)
  const query = useDeferredValue(search.q?.trim() || undefined)
  const pages = useInfiniteQuery({
    queryKey: [...resource.key, 'list', { q: query, archived: search.archived, brand: search.brand }],
    queryFn: ({ pageParam }) => resource.list({ q: query, archived: search.archived, brand: search.brand, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  })
  const items = pages.data?.pages.flatMap((p) => p.items) ?? []
  const opened = useOpened(resource, items, pages.data ? search.open : undefined)
  const open = (id: string | undefined) => onSearch({ ...search, open: id, tab: undefined })
  const create = editable && resource.create && (
    <Button leftSection={<Plus size={16} />} onClick={() => open(newItem)}>
      {t(resource.words.create)}
    </Button>
  )
  return (
    <Page title={t(resource.words.title)} actions={create}>
      <Tools resource={resource} search={search} onSearch={onSearch} />
      {resource.lead?.()}
      {pages.isPending && <SkeletonRows plain rows={6} height="44px" />}
      {pages.isError && !pages.data && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {items.length > 0 && <Rows resource={resource} items={items} onOpen={open} />}
      {pages.data && items.length === 0 && <Nothing search={search} empty={resource.words.empty} onClear={() => onSearch({})} action={create} />}
      {pages.hasNextPage && (
        <Button variant="default" mt="md" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
      <Editor resource={resource} item={opened} isNew={search.open === newItem && editable && resource.create !== undefined} editable={editable} tab={search.tab} onTab={(tab) => onSearch({ ...search, tab })} onClose={() => open(undefined)} />
    </Page>
  )
}

/** The thing that the address opens: of the list, or asked for by itself. */
function useOpened<Item extends { id: string; archived_at?: string }, Input extends object>(resource: Resource<Item, Input>, items: readonly Item[], id: string | undefined): Item | undefined {
  const listed = items.find((i) => i.id === id)
  const { get } = resource
  const asked = useQuery({ queryKey: [...resource.key, 'one', id], queryFn: get && id && id !== newItem && !listed ? () => get(id) : skipToken })
  const found = listed ?? asked.data
  // What somebody looks at, or writes in, stays although the list no longer has it.
  const [held, setHeld] = useState<Item>()
  if (found && found !== held) setHeld(found)
  return found ?? (held?.id === id ? held : undefined)
}

function Tools<Item extends { id: string; archived_at?: string }, Input extends object>({ resource, search, onSearch }: Props<Item, Input>) {
  const t = useT()
  const brands = useSession()?.brands ?? []
  const { words } = resource
  const typed = useTyped(search.q ?? '', (q) => onSearch({ ...search, q: q || undefined }))
  return (
    <div className={classes.tools}>
      {!resource.unsearched && (
        <TextInput
          type="search"
          className={classes.search}
          leftSection={<Search size={16} aria-hidden />}
          placeholder={t('act.search')}
          aria-label={`${t('act.search')}: ${t(words.title)}`}
          {...typed}
        />
      )}
      {resource.byBrand && brands.length > 1 && (
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
      )}
      {resource.archive && (
        <SegmentedControl
          aria-label={t('resource.show')}
          value={search.archived ? 'archived' : 'active'}
          onChange={(value) => onSearch({ ...search, archived: value === 'archived' || undefined })}
          data={[
            { value: 'active', label: t(words.active ?? 'resource.active') },
            { value: 'archived', label: t(words.inactive ?? 'resource.archived') },
          ]}
        />
      )}
    </div>
  )
}

/** What is typed into the search. The address follows it, but not the other way round while one types: it comes later, and would move the caret. */
function useTyped(value: string, onChange: (value: string) => void) {
  const [typed, setTyped] = useState(value)
  const [writing, setWriting] = useState(false)
  const [seen, setSeen] = useState(value)
  if (seen !== value) {
    setSeen(value)
    if (!writing) setTyped(value)
  }
  return {
    value: typed,
    onFocus: () => setWriting(true),
    onBlur: () => setWriting(false),
    onChange: (e: { currentTarget: { value: string } }) => {
      setTyped(e.currentTarget.value)
      onChange(e.currentTarget.value)
    },
  }
}

function Rows<Item extends { id: string; archived_at?: string }, Input extends object>({ resource, items, onOpen }: { resource: Resource<Item, Input>; items: readonly Item[]; onOpen: (id: string) => void }) {
  const t = useT()
  const narrow = useNarrow()
  const columns = resource.columns.filter((c) => !(narrow && c.wideOnly))
  return (
    <div className={classes.tableBox}>
      <Table className={classes.table} verticalSpacing={10} horizontalSpacing={16}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((c) => (
              <Table.Th key={c.id} ta={c.align}>
                {t(c.label)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.id} className={classes.row} onClick={() => onOpen(item.id)}>
              {columns.map((c, i) => (
                <Table.Td key={c.id} ta={c.align} className="num">
                  {i === 0 ? (
                    <button type="button" className={classes.open} onClick={(e) => (e.stopPropagation(), onOpen(item.id))}>
                      {c.render(item)}
                    </button>
                  ) : (
                    c.render(item)
                  )}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

function Nothing({ search, empty, onClear, action }: { search: ResourceSearch; empty: Key; onClear: () => void; action: React.ReactNode }) {
  const t = useT()
  if (!search.q && !search.archived && !search.brand) return <Empty icon={<ListPlus size={20} />} title={t('resource.none')} text={t(empty)} action={action} />
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
