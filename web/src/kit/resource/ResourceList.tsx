import { Button, SegmentedControl, Table, TextInput } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { type Key, useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { useAct } from '../act'
import { Sheet } from '../overlays'
import { Page } from '../Page'
import { useNarrow } from '../SidePanel'
import { Empty, ErrorState, SkeletonRows } from '../states'
import { useToasts } from '../toast'
import { ResourceForm } from './ResourceForm'
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
    queryKey: [...resource.key, 'list', { q: query, archived: search.archived }],
    queryFn: ({ pageParam }) => resource.list({ q: query, archived: search.archived, cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  })
  const items = pages.data?.pages.flatMap((p) => p.items) ?? []
  const open = (id: string | undefined) => onSearch({ ...search, open: id })
  const create = editable && resource.create && (
    <Button leftSection={<Plus size={16} />} onClick={() => open(newItem)}>
      {t(resource.words.create)}
    </Button>
  )
  return (
    <Page title={t(resource.words.title)} actions={create}>
      <Tools search={search} onSearch={onSearch} archivable={resource.archive !== undefined} label={resource.words.title} />
      {pages.isPending && <SkeletonRows rows={6} height="44px" />}
      {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && items.length > 0 && <Rows resource={resource} items={items} onOpen={open} />}
      {pages.isSuccess && items.length === 0 && <Nothing search={search} empty={resource.words.empty} onClear={() => onSearch({})} action={create} />}
      {pages.hasNextPage && (
        <Button variant="default" mt="md" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
      <Editor resource={resource} item={items.find((i) => i.id === search.open)} isNew={search.open === newItem} editable={editable} onClose={() => open(undefined)} />
    </Page>
  )
}

function Tools({ search, onSearch, archivable, label }: { search: ResourceSearch; onSearch: Props<never, never>['onSearch']; archivable: boolean; label: Key }) {
  const t = useT()
  return (
    <div className={classes.tools}>
      <TextInput type="search" className={classes.search} leftSection={<Search size={16} aria-hidden />} placeholder={t('act.search')} aria-label={`${t('act.search')}: ${t(label)}`} value={search.q ?? ''} onChange={(e) => onSearch({ ...search, q: e.currentTarget.value || undefined })} />
      {archivable && (
        <SegmentedControl
          aria-label={t('resource.show')}
          value={search.archived ? 'archived' : 'active'}
          onChange={(value) => onSearch({ ...search, archived: value === 'archived' || undefined })}
          data={[
            { value: 'active', label: t('resource.active') },
            { value: 'archived', label: t('resource.archived') },
          ]}
        />
      )}
    </div>
  )
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
  if (!search.q && !search.archived) return <Empty title={t(empty)} action={action} />
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

interface EditorProps<Item extends { id: string; archived_at?: string }, Input extends object> {
  resource: Resource<Item, Input>
  item: Item | undefined
  isNew: boolean
  editable: boolean
  onClose: () => void
}

function Editor<Item extends { id: string; archived_at?: string }, Input extends object>({ resource, item, isNew, editable, onClose }: EditorProps<Item, Input>) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const { words } = resource

  const save = async (input: Input) => {
    if (item) await resource.update?.(item.id, input)
    else await resource.create?.(input)
    await cache.invalidateQueries({ queryKey: resource.key })
    toasts.show({ kind: 'done', text: t(words.saved) })
    onClose()
  }
  const title = isNew ? t(words.create) : item ? resource.nameOf(item) : ''
  return (
    <Sheet opened={isNew || item !== undefined} onClose={onClose} title={title} size={480} padding={0} classNames={{ header: classes.drawerHead, body: classes.drawerBody, content: classes.drawer }}>
      {(isNew || item) && (
        <ResourceForm
          key={item?.id ?? newItem}
          fields={resource.fields}
          initial={item ? resource.toInput(item) : resource.blank}
          existing={item !== undefined}
          readOnly={!editable || item?.archived_at !== undefined || (item !== undefined && !resource.update)}
          submit={save}
          onCancel={onClose}
          aside={item && editable && <ArchiveButton resource={resource} item={item} onDone={onClose} />}
        >
          {item && resource.extra?.(item)}
        </ResourceForm>
      )}
    </Sheet>
  )
}

function ArchiveButton<Item extends { id: string; archived_at?: string }, Input extends object>({ resource, item, onDone }: { resource: Resource<Item, Input>; item: Item; onDone: () => void }) {
  const t = useT()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const { archive, restore, words } = resource
  const isArchived = item.archived_at !== undefined
  const commit = isArchived ? restore : archive
  if (!commit) return null
  const opposite = isArchived ? archive : restore

  const run = async () => {
    setBusy(true)
    const done = t(isArchived ? 'resource.restored' : words.archived)
    const did = await act({ done, touches: [resource.key], commit: () => commit(item.id), undo: opposite && (() => opposite(item.id)) })
    setBusy(false)
    if (did) onDone()
  }
  return (
    <Button variant="subtle" color={isArchived ? 'accent' : 'danger'} loading={busy} onClick={() => void run()}>
      {t(isArchived ? 'act.restore' : 'act.archive')}
    </Button>
  )
}
