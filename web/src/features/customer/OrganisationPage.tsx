import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, getRouteApi } from '@tanstack/react-router'
import { Archive, ArchiveRestore, Pencil, Trash2, UserPlus, X } from 'lucide-react'
import { Suspense, useState } from 'react'
import { Problem, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { lazyPart } from '@/lib/parts'
import { useCan } from '@/lib/session'
import { formatFull } from '@/lib/time'
import { useScreenTitle } from '@/lib/title'
import { useAct } from '@/kit/act'
import { Avatar } from '@/kit/Avatar'
import { Badge } from '@/kit/Badge'
import { Plain } from '@/kit/Plain'
import { Empty, ErrorState, PanelBoundary, SkeletonRows } from '@/kit/states'
import { DueBadge, StatusBadge } from '../cases/Marks'
import { calledBy } from '../conversation/calledBy'
import { useBelonging } from './BelongsTo'
import { customerCommands as commands } from './commands'
import { Copyable } from './CustomerCard'
import { Figures } from './Figures'
import { OrganisationJoins } from './OrganisationJoins'
import { OrganisationOwnFields } from './OwnFields'
import { Section } from './Section'
import { Story } from './Story'
import { type Organisation, organisationCasesQuery, organisationKey, organisationQuery, peopleQuery, suggestedPeopleQuery } from './story'
import classes from './CustomerPage.module.css'

const OrganisationDialog = lazyPart(async () => (await import('./OrganisationDialog')).OrganisationDialog)

const OrganisationEraseDialog = lazyPart(async () => (await import('./OrganisationEraseDialog')).OrganisationEraseDialog)

const OrganisationCertificates = lazyPart(async () => (await import('./OrganisationCertificates')).OrganisationCertificates)

const route = getRouteApi('/desk/organisations/$id')

/** One organisation with its people, their cases and everything that happened with them. */
export function OrganisationPage() {
  const t = useT()
  const { id } = route.useParams()
  const asked = useQuery(organisationQuery(id))
  const { data, error } = asked
  useScreenTitle(data?.name || t('customers.organisation'))
  if (error instanceof Problem && error.status === 404) return <Empty title={t('customers.organisation.gone')} text={t('customers.goneText')} />
  if (asked.isError && !data) return <ErrorState error={error} onRetry={() => void asked.refetch()} />
  if (!data) return <SkeletonRows rows={8} />
  if (data.erased_at)
    return (
      <Empty
        title={t('customers.organisation.erased')}
        text={t('customers.organisation.erasedText', { when: formatFull(data.erased_at, t.language) })}
        action={
          <Suspense>
            <OrganisationCertificates id={id} />
          </Suspense>
        }
      />
    )
  return <Shown key={id} organisation={data} />
}

function Shown({ organisation: o }: { organisation: Organisation }) {
  const t = useT()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const joined = o.joined_into !== undefined
  const may = useCan('customer.edit')
  const editable = may && !joined
  const erasable = useCan('customer.erase', 'brand') && !joined
  const joinable = useCan('customer.edit', 'brand')
  const seesCases = useCan('case.read')
  const [open, setOpen] = useState<'edit' | 'erase'>()
  const [part, setPart] = useState<'story' | 'about'>('about')
  const whose = { of: 'organisation', id: o.id } as const
  useCommand(commands.edit, () => setOpen('edit'), editable)
  return (
    <article className={classes.page} aria-label={o.name}>
      <header className={classes.head}>
        <Avatar name={o.name} size={44} />
        <div className={classes.who}>
          <h1>{o.name}</h1>
          <div className={classes.marks}>
            {t('customers.organisation')}
            {o.archived && <Badge>{t('customers.organisation.archived')}</Badge>}
            {joined && <Badge>{t('customers.organisation.joined')}</Badge>}
          </div>
        </div>
        {(editable || erasable) && (
          <div className={classes.acts}>
            {erasable && (
              <Button variant="default" leftSection={<Trash2 size={15} aria-hidden />} onClick={() => setOpen('erase')}>
                {t('customers.organisation.erase.begin')}
              </Button>
            )}
            {editable && <PutAway organisation={o} />}
            {editable && (
              <Button variant="default" leftSection={<Pencil size={15} aria-hidden />} onClick={() => setOpen('edit')}>
                {t('desk.customer.edit')}
              </Button>
            )}
          </div>
        )}
      </header>
      <div className={classes.parts}>
        <SegmentedControl
          fullWidth
          aria-label={t('customers.part')}
          value={part}
          onChange={(v) => setPart(v === 'about' ? 'about' : 'story')}
          data={[
            { value: 'about', label: t('customers.organisation.about') },
            { value: 'story', label: t('customers.story.title') },
          ]}
        />
      </div>
      <div className={classes.body} data-part={part}>
        <div className={classes.main}>
          <Story whose={whose} search={search} onSearch={(next) => void navigate({ search: next, replace: true })} />
        </div>
        <aside className={classes.side} aria-label={t('customers.organisation.about')}>
          <Section title={t('desk.customer.details')}>
            {o.phone && <Copyable icon={null} text={o.phone} href={`tel:${o.phone.replaceAll(/[^\d+]/g, '')}`} />}
            {o.website && <Plain text={o.website} />}
            {o.domains.length > 0 && (
              <p className={classes.faint}>
                {t('customers.organisation.domains')}: {o.domains.join(', ')}
              </p>
            )}
            {o.about && <Plain text={o.about} />}
            {!o.phone && !o.website && !o.about && o.domains.length === 0 && <p className={classes.faint}>{t('customers.organisation.nothingKnown')}</p>}
            <OrganisationOwnFields organisation={o} editable={editable} />
          </Section>
          <OrganisationJoins organisation={o} editable={joinable} />
          <People organisation={o} editable={editable} />
          {seesCases && <Cases id={o.id} />}
          <Figures whose={whose} />
        </aside>
      </div>
      <PanelBoundary floating resetKey={open}>
        <Suspense>
          {open === 'edit' && <OrganisationDialog organisation={o} onClose={() => setOpen(undefined)} />}
          {open === 'erase' && <OrganisationEraseDialog organisation={o} onClose={() => setOpen(undefined)} />}
        </Suspense>
      </PanelBoundary>
    </article>
  )
}

function PutAway({ organisation: o }: { organisation: Organisation }) {
  const t = useT()
  const act = useAct()
  const params = { path: { id: o.id } }
  const archive = () => ok(api.POST('/api/v1/organisations/{id}/archive', { params }))
  const restore = () => ok(api.POST('/api/v1/organisations/{id}/restore', { params }))
  const does = () =>
    void act({
      done: t(o.archived ? 'customers.organisation.restored' : 'customers.organisation.putAway', { name: o.name }),
      touches: [organisationKey(o.id), ['organisations']],
      commit: o.archived ? restore : archive,
      undo: o.archived ? archive : restore,
    })
  return (
    <Button variant="default" leftSection={o.archived ? <ArchiveRestore size={15} aria-hidden /> : <Archive size={15} aria-hidden />} onClick={does}>
      {t(o.archived ? 'act.restore' : 'act.archive')}
    </Button>
  )
}

function People({ organisation, editable }: { organisation: Organisation; editable: boolean }) {
  const t = useT()
  const set = useBelonging()
  const asked = useInfiniteQuery(peopleQuery(organisation.id))
  const people = asked.data?.pages.flatMap((p) => p.items) ?? []
  const suggested = useQuery({ ...suggestedPeopleQuery(organisation.id), enabled: editable && !organisation.archived }).data ?? []
  return (
    <Section title={t('customers.organisation.people')}>
      {asked.data && people.length === 0 && <p className={classes.faint}>{t('customers.organisation.peopleNone')}</p>}
      <ul className={classes.list}>
        {people.map((p) => (
          <li key={p.id} className={classes.row}>
            <Avatar name={p.name || '?'} size={24} />
            <Link to="/customers/$id" params={{ id: p.id }} search={{}} className={classes.grow}>
              {p.name || t('customers.unnamed')}
            </Link>
            {editable && (
              <Button size="compact-xs" variant="subtle" aria-label={t('customers.organisation.remove', { name: p.name })} onClick={() => void set({ ...p, organisation_id: organisation.id }, '')}>
                <X size={14} />
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asked.hasNextPage && (
        <Button size="xs" variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
      {suggested.length > 0 && (
        <ul className={classes.list} aria-label={t('customers.organisation.maybe')}>
          {suggested.map((p) => (
            <li key={p.id} className={classes.row}>
              <span className={classes.grow}>
                {p.name || t('customers.unnamed')} <span className={classes.faint}>{p.email}</span>
              </span>
              <Button size="compact-xs" variant="default" leftSection={<UserPlus size={13} aria-hidden />} onClick={() => void set(p, organisation.id)}>
                {t('customers.organisation.add')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function Cases({ id }: { id: string }) {
  const t = useT()
  const asked = useInfiniteQuery(organisationCasesQuery(id))
  const rows = asked.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <Section title={t('cases.title')}>
      {asked.data && rows.length === 0 && <p className={classes.faint}>{t('customers.organisation.casesNone')}</p>}
      <ul className={classes.list}>
        {rows.map((row) => (
          <li key={row.id} className={classes.item}>
            <Link to="/cases/$id" params={{ id: row.id }} search={{}}>
              #{row.number} {row.subject}
            </Link>
            <span className={classes.row}>
              <StatusBadge row={row} />
              <DueBadge row={row} />
              {row.customer && <span className={classes.faint}>{calledBy(t, row.customer)}</span>}
            </span>
          </li>
        ))}
      </ul>
      {asked.hasNextPage && (
        <Button size="xs" variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
          {t('act.more')}
        </Button>
      )}
    </Section>
  )
}
