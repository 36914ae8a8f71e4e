import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import { Building2, Plus } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { lazyPart } from '@/lib/parts'
import { useCan, useSignedIn } from '@/lib/session'
import { formatNumber } from '@/lib/time'
import { useScreenTitle } from '@/lib/title'
import { Avatar } from '@/kit/Avatar'
import { ChooseOne } from '@/kit/Choose'
import { DownloadList } from '@/kit/DownloadList'
import { useListKeys } from '@/kit/listKeys'
import { Empty, ErrorState, PanelBoundary, SkeletonRows } from '@/kit/states'
import { VirtualList } from '@/kit/VirtualList'
import { SearchField } from '../knowledge/SearchField'
import { customerCommands as commands } from './commands'
import type { ListSearch } from './list'
import { customersQuery, organisationsQuery } from './story'
import classes from './Customers.module.css'

const OrganisationDialog = lazyPart(async () => (await import('./OrganisationDialog')).OrganisationDialog)

const route = getRouteApi('/desk/customers')

/** The customers, or their organisations, found by the beginnings of their words. */
export function CustomersPage() {
  const t = useT()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { brands } = useSignedIn()
  const editable = useCan('customer.edit', 'brand')
  const field = useRef<HTMLInputElement>(null)
  const [making, setMaking] = useState(false)
  const refine = (change: ListSearch) => void navigate({ search: { ...search, ...change }, replace: true })
  const firms = search.of === 'organisations'
  useScreenTitle(t('customers.title'))
  useCommand(commands.search, () => field.current?.focus())
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <h1>{t('customers.title')}</h1>
        <SegmentedControl
          aria-label={t('customers.of')}
          value={firms ? 'organisations' : 'people'}
          onChange={(v) => refine({ of: v === 'organisations' ? v : undefined })}
          data={[
            { value: 'people', label: t('customers.people') },
            { value: 'organisations', label: t('customers.organisations') },
          ]}
        />
        <div className={classes.search}>
          <SearchField label={t('customers.search')} value={search.q ?? ''} command={commands.search} field={field} onSearch={(q) => refine({ q: q || undefined })} />
        </div>
        {brands.length > 1 && (
          <ChooseOne
            className={classes.brand}
            aria-label={t('resource.brand')}
            placeholder={t('resource.allBrands')}
            clearable
            clearButtonProps={{ 'aria-label': t('resource.allBrands') }}
            data={brands.map((b) => ({ value: b.id, label: b.name }))}
            value={search.brand ?? null}
            onChange={(b) => refine({ brand: b ?? undefined })}
          />
        )}
        {!firms && <DownloadList path="/api/v1/customers.file" query={{ q: search.q, brand: search.brand }} />}
        {firms && editable && (
          <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setMaking(true)}>
            {t('customers.organisation.create')}
          </Button>
        )}
      </header>
      {firms ? <Organisations search={search} /> : <People search={search} />}
      <PanelBoundary floating resetKey={making}>
        <Suspense>{making && <OrganisationDialog brand={search.brand} onClose={() => setMaking(false)} onSaved={({ id }) => void navigate({ to: '/organisations/$id', params: { id }, search: {} })} />}</Suspense>
      </PanelBoundary>
    </div>
  )
}

interface Line {
  id: string
  name: string
  notes: string
}

function People({ search }: { search: ListSearch }) {
  const t = useT()
  const asked = useInfiniteQuery(customersQuery(search.q ?? '', search.brand))
  const lines = asked.data?.pages.flatMap((p) => p.items.map((c) => ({ id: c.id, name: c.name || t('customers.unnamed'), notes: [c.company, c.email, c.phone].filter(Boolean).join(' · ') })))
  return <Lines asked={asked} lines={lines} to="/customers/$id" label={t('customers.people')} />
}

function Organisations({ search }: { search: ListSearch }) {
  const t = useT()
  const asked = useInfiniteQuery(organisationsQuery(search.q ?? '', search.brand))
  const lines = asked.data?.pages.flatMap((p) => p.items.map((o) => ({ id: o.id, name: o.name, notes: [t('customers.organisation.peopleCount', { count: o.people }), o.domains.join(', ')].filter(Boolean).join(' · ') })))
  return <Lines asked={asked} lines={lines} to="/organisations/$id" label={t('customers.organisations')} firms />
}

interface LinesProps {
  asked: { isPending: boolean; isError: boolean; error: unknown; refetch: () => unknown; hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
  lines: readonly Line[] | undefined
  to: '/customers/$id' | '/organisations/$id'
  label: string
  firms?: boolean
}

const rowHeight = 56

function Lines({ asked, lines, to, label, firms }: LinesProps) {
  const t = useT()
  const { language } = t
  const list = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(-1)
  const count = lines?.length ?? 0
  const index = Math.min(active, count - 1)
  const onArrows = useListKeys({
    count,
    index,
    onIndex: (next) => {
      setActive(next)
      requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus({ preventScroll: true }))
    },
  })
  if (asked.isPending) return <SkeletonRows rows={10} height={`${rowHeight}px`} />
  if (asked.isError && !lines) return <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />
  if (!lines || count === 0) return <Empty title={t('customers.none')} text={t('customers.noneText')} />
  return (
    // The arrow keys of the rows inside, gathered in one place.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={list} className={classes.rows} onKeyDown={onArrows}>
      <p className="sr-only" role="status">
        {formatNumber(count, language)}
      </p>
      <VirtualList
        items={lines}
        keyOf={(l) => l.id}
        rowHeight={rowHeight}
        label={label}
        active={index}
        onNearEnd={() => {
          if (asked.hasNextPage && !asked.isFetchingNextPage) void asked.fetchNextPage()
        }}
        renderRow={(line, i) => (
          <Link to={to} params={{ id: line.id }} search={{}} className={classes.row} onFocus={() => setActive(i)}>
            {firms ? (
              <span className={classes.firm}>
                <Building2 size={16} aria-hidden />
              </span>
            ) : (
              <Avatar name={line.name} size={32} />
            )}
            <span className={classes.text}>
              <strong>{line.name}</strong>
              <span>{line.notes}</span>
            </span>
          </Link>
        )}
      />
    </div>
  )
}
