import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Combine, Split } from 'lucide-react'
import { Suspense, useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { Ago } from '@/lib/time'
import { useAct } from '@/kit/act'
import { PanelBoundary } from '@/kit/states'
import { Section } from './Section'
import { type Organisation, type OrganisationJoin, organisationJoinsQuery, organisationKey } from './story'
import classes from './CustomerPage.module.css'

const OrganisationJoinDialog = lazyPart(async () => (await import('./OrganisationJoinDialog')).OrganisationJoinDialog)

/** With which others an organisation was said to be one, and the way to say so. */
export function OrganisationJoins({ organisation: o, editable }: { organisation: Organisation; editable: boolean }) {
  const t = useT()
  const joins = useQuery(organisationJoinsQuery(o.id)).data ?? []
  const [joining, setJoining] = useState(false)
  const open = editable && !o.joined_into && !o.erased_at
  if (!open && joins.length === 0) return null
  return (
    <Section
      title={t('customers.organisation.same')}
      aside={
        open && (
          <Button size="compact-xs" variant="subtle" leftSection={<Combine size={14} aria-hidden />} onClick={() => setJoining(true)}>
            {t('customers.organisation.join.act')}
          </Button>
        )
      }
    >
      {joins.length === 0 && <p className={classes.faint}>{t('customers.organisation.join.none')}</p>}
      {joins.length > 0 && (
        <ul className={classes.list}>
          {joins.map((j) => (
            <JoinLine key={j.id} join={j} of={o.id} editable={editable} />
          ))}
        </ul>
      )}
      <PanelBoundary floating resetKey={joining}>
        <Suspense>{joining && <OrganisationJoinDialog organisation={o} onClose={() => setJoining(false)} />}</Suspense>
      </PanelBoundary>
    </Section>
  )
}

function JoinLine({ join, of, editable }: { join: OrganisationJoin; of: string; editable: boolean }) {
  const t = useT()
  const act = useAct()
  const { from, into } = join
  const other = from.id === of ? into : from
  const said = t(from.id === of ? 'customers.organisation.join.isPartOf' : 'customers.organisation.join.hasPart', { count: join.moved })
  const split = () =>
    void act({
      done: t('customers.organisation.split.done', { name: from.name }),
      touches: [organisationKey(from.id), organisationKey(into.id), ['organisations']],
      commit: () => ok(api.POST('/api/v1/organisation-joins/{id}/undo', { params: { path: { id: join.id } } })),
      undo: () => ok(api.POST('/api/v1/organisations/{id}/joins', { params: { path: { id: from.id } }, body: { into_id: into.id } })),
    })
  return (
    <li className={classes.item}>
      <span className={classes.row}>
        <Link to="/organisations/$id" params={{ id: other.id }} search={{}} className={classes.grow}>
          {other.name}
        </Link>
        <Ago at={join.made_at} className={classes.faint} />
      </span>
      <span className={classes.faint}>{[said, join.made_by_name, join.undone_at && t('customers.split.was')].filter(Boolean).join(' · ')}</span>
      {editable && !join.undone_at && (
        <div className={classes.row}>
          <Button size="compact-xs" variant="default" leftSection={<Split size={13} aria-hidden />} aria-label={t('customers.organisation.split.of', { name: other.name })} onClick={split}>
            {t('customers.split.act')}
          </Button>
        </div>
      )}
    </li>
  )
}
