import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Combine, Split } from 'lucide-react'
import { Suspense, useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { Ago } from '@/lib/time'
import { Dialog } from '@/kit/overlays'
import { PanelBoundary } from '@/kit/states'
import { useAct } from '@/kit/act'
import { customerKey } from './key'
import { Section } from './Section'
import { type Join, type Suggestion, customerQuery, joinsQuery, suggestionsQuery } from './story'
import type { CustomerDetail } from './types'
import classes from './CustomerPage.module.css'

const JoinDialog = lazyPart(async () => (await import('./JoinDialog')).JoinDialog)

/** Who the customer may be, and with whom they were said to be one. */
export function Identity({ customer, editable, onJoin }: { customer: CustomerDetail; editable: boolean; onJoin: () => void }) {
  const t = useT()
  const suggestions = useQuery(suggestionsQuery(customer.id)).data ?? []
  const joins = useQuery(joinsQuery(customer.id)).data ?? []
  const [other, setOther] = useState<Suggestion>()
  return (
    <Section
      title={t('customers.identity')}
      aside={
        editable &&
        !customer.joined_into && (
          <Button size="compact-xs" variant="subtle" leftSection={<Combine size={14} aria-hidden />} onClick={onJoin}>
            {t('customers.join.act')}
          </Button>
        )
      }
    >
      {suggestions.length === 0 && joins.length === 0 && <p className={classes.faint}>{t('customers.identity.none')}</p>}
      {suggestions.length > 0 && (
        <ul className={classes.list} aria-label={t('customers.identity.maybe')}>
          {suggestions.map((s) => (
            <li key={s.customer.id} className={classes.item}>
              <Link to="/customers/$id" params={{ id: s.customer.id }} search={{}}>
                {s.customer.name || t('customers.unnamed')}
              </Link>
              <span className={classes.faint}>{s.reasons.map((r) => t.maybe(`customers.reason.${r}`) ?? r).join(' · ')}</span>
              {editable && (
                <div className={classes.row}>
                  <Button size="compact-xs" variant="default" onClick={() => setOther(s)}>
                    {t('customers.join.same')}
                  </Button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {joins.length > 0 && (
        <ul className={classes.list} aria-label={t('customers.identity.joins')}>
          {joins.map((j) => (
            <JoinLine key={j.id} join={j} of={customer.id} editable={editable} />
          ))}
        </ul>
      )}
      <PanelBoundary floating resetKey={other}>
        <Suspense>{other && <JoinDialog customer={customer} suggestion={other} onClose={() => setOther(undefined)} />}</Suspense>
      </PanelBoundary>
    </Section>
  )
}

function JoinLine({ join, of, editable }: { join: Join; of: string; editable: boolean }) {
  const t = useT()
  const [asking, setAsking] = useState(false)
  const otherId = join.from_id === of ? join.into_id : join.from_id
  const other = useQuery(customerQuery(otherId)).data
  const name = other?.name || t('customers.unnamed')
  return (
    <li className={classes.item}>
      <span className={classes.row}>
        <Link to="/customers/$id" params={{ id: otherId }} search={{}} className={classes.grow}>
          {name}
        </Link>
        <Ago at={join.made_at} className={classes.faint} />
      </span>
      <span className={classes.faint}>
        {[t.maybe(`customers.reason.${join.reason}`) ?? join.reason, join.made_by?.name, join.undone_at && t('customers.split.was')].filter(Boolean).join(' · ')}
      </span>
      {editable && !join.undone_at && (
        <div className={classes.row}>
          <Button size="compact-xs" variant="default" leftSection={<Split size={13} aria-hidden />} onClick={() => setAsking(true)}>
            {t('customers.split.act')}
          </Button>
        </div>
      )}
      <Dialog opened={asking} onClose={() => setAsking(false)} title={t('customers.split.title', { name })} size={480}>
        {asking && <SplitBody join={join} name={name} onClose={() => setAsking(false)} />}
      </Dialog>
    </li>
  )
}

/** What taking a join back will do. */
function SplitBody({ join, name, onClose }: { join: Join; name: string; onClose: () => void }) {
  const t = useT()
  const act = useAct()
  const cache = useQueryClient()
  const split = () => {
    onClose()
    void act({
      done: t('customers.split.done', { name }),
      touches: [customerKey(join.from_id), customerKey(join.into_id)],
      commit: () => ok(api.POST('/api/v1/joins/{id}/undo', { params: { path: { id: join.id } } })),
      undo: async () => {
        await ok(api.POST('/api/v1/customers/{id}/joins', { params: { path: { id: join.from_id } }, body: { into_id: join.into_id, reason: join.reason } }))
        void cache.invalidateQueries({ queryKey: ['customers'] })
      },
    })
  }
  return (
    <div className={classes.form}>
      <p>{t('customers.split.addresses', { count: join.moved })}</p>
      <p className={classes.faint}>{t('customers.split.since')}</p>
      <div className={classes.ends}>
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button data-autofocus onClick={split}>
          {t('customers.split.act')}
        </Button>
      </div>
    </div>
  )
}
