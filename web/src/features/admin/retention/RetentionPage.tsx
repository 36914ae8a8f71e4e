import { Button, NumberInput, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { type Schemas, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { useAct } from '@/kit/act'
import { BrandName } from '@/kit/BrandName'
import { useForm } from '@/kit/form'
import { Page } from '@/kit/Page'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { TopicInput } from '../../cases/TopicField'
import { choices, every } from '../api'
import classes from '../privacy/Privacy.module.css'

type Rule = Schemas['RetentionRuleBody']

const kinds = ['messages', 'files', 'mails', 'visits', 'cases', 'logs'] as const
type Kind = (typeof kinds)[number]
const root = ['admin', 'retention'] as const

/** How long what is kept, what would go tonight, and what the last nights have removed. */
export function RetentionPage() {
  const t = useT()
  const asked = useQuery({ queryKey: [...root, 'rules'], queryFn: () => ok(api.GET('/api/v1/retention-rules')) })
  return (
    <Page title={t('admin.retention.title')}>
      <div className={classes.page}>
        <p className={classes.intro}>{t('admin.retention.intro')}</p>
        {asked.isPending && <SkeletonRows plain rows={4} />}
        {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
        {asked.data && <Rules rules={asked.data.items} />}
        <NewRule />
        <DryRun />
        <Nights />
      </div>
    </Page>
  )
}

function Rules({ rules }: { rules: readonly Rule[] }) {
  const t = useT()
  const act = useAct()
  const drop = (r: Rule) => act({ done: t('admin.retention.dropped'), touches: [root], commit: () => ok(api.DELETE('/api/v1/retention-rules/{id}', { params: { path: { id: r.id } } })) })
  if (rules.length === 0) return <p className={classes.hint}>{t('admin.retention.none')}</p>
  return (
    <ul className={classes.items}>
      {rules.map((r) => {
        const name = [t(`admin.retention.class.${r.class}`), r.topic].filter(Boolean).join(' · ')
        return (
          <li key={r.id}>
            <span className={classes.grow}>
              {name} <span className={classes.hint}>{r.brand_id ? <BrandName id={r.brand_id} /> : t('admin.retention.everyBrand')}</span>
            </span>
            {r.least_days > 0 && (
              <span>
                {t('admin.retention.least')}: {r.least_days}
              </span>
            )}
            <span>{r.most_days > 0 ? t('admin.retention.days', { count: r.most_days }) : t('admin.retention.forever')}</span>
            {r.basis && <span className={classes.hint}>{r.basis}</span>}
            <Button size="xs" variant="default" aria-label={t('admin.retention.remove', { name })} onClick={() => void drop(r)}>
              <Trash2 size={14} aria-hidden />
            </Button>
          </li>
        )
      })}
    </ul>
  )
}

const days = (value: string | number) => (typeof value === 'number' ? value : 0)

const blank = { brand_id: '', class: 'messages' as Kind, topic: '', least_days: 0, most_days: 0, basis: '' }

function NewRule() {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const brands = useQuery(choices(every.brands)).data ?? []
  const form = useForm({
    initial: blank,
    submit: async (values) => {
      await ok(api.PUT('/api/v1/retention-rules', { body: { ...values, brand_id: values.brand_id || undefined, topic: values.topic || undefined } }))
      await cache.invalidateQueries({ queryKey: root })
      toasts.show({ kind: 'done', text: t('admin.retention.saved') })
    },
  })
  const { values, set, errorOf } = form
  const lawful = values.class === 'messages' || values.class === 'cases'
  return (
    <form className={classes.part} onSubmit={form.onSubmit} noValidate>
      <h2>{t('admin.retention.add')}</h2>
      <div className={classes.row}>
        <Select className={classes.grow} label={t('admin.retention.class')} data={kinds.map((k) => ({ value: k, label: t(`admin.retention.class.${k}`) }))} value={values.class} allowDeselect={false} onChange={(v) => set('class', (v ?? 'messages') as Kind)} />
        <Select className={classes.grow} label={t('admin.brands.title')} data={[{ value: '', label: t('admin.retention.everyBrand') }, ...brands]} value={values.brand_id} allowDeselect={false} error={errorOf('brand_id')} onChange={(v) => set('brand_id', v ?? '')} />
        {values.class === 'cases' && <TopicInput className={classes.grow} label={t('admin.retention.topic')} value={values.topic} error={errorOf('topic')} onChange={(topic) => set('topic', topic)} />}
      </div>
      <div className={classes.row}>
        {lawful && <NumberInput className={classes.grow} label={t('admin.retention.least')} min={0} max={36500} value={values.least_days} error={errorOf('least_days')} onChange={(v) => set('least_days', days(v))} />}
        <NumberInput className={classes.grow} label={t('admin.retention.most')} min={0} max={36500} value={values.most_days} error={errorOf('most_days')} onChange={(v) => set('most_days', days(v))} />
        <TextInput className={classes.grow} label={t('admin.retention.basis')} value={values.basis} error={errorOf('basis')} onChange={(e) => set('basis', e.currentTarget.value)} />
        <Button type="submit" loading={form.busy}>
          {t('act.save')}
        </Button>
      </div>
    </form>
  )
}

function DryRun() {
  const t = useT()
  const asked = useQuery({ queryKey: [...root, 'dry'], queryFn: () => ok(api.GET('/api/v1/retention/preview')) })
  const rows = asked.data?.items.filter((d) => d.goes + d.stays > 0) ?? []
  return (
    <section className={classes.part}>
      <h2>{t('admin.retention.dry')}</h2>
      {asked.isPending && <SkeletonRows plain rows={2} />}
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data && rows.length === 0 && <p className={classes.hint}>{t('admin.retention.nothing')}</p>}
      {rows.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
        <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('admin.retention.dry')}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>{t('admin.retention.class')}</th>
                <th>{t('admin.retention.goes')}</th>
                <th>{t('admin.retention.stays')}</th>
                <th>{t('admin.retention.examples')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((d) => (
                <tr key={d.class}>
                  <th scope="row">{t(`admin.retention.class.${d.class}`)}</th>
                  <td>{d.more ? `${d.goes}+` : d.goes}</td>
                  <td>{d.stays}</td>
                  <td>{d.examples.join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function Nights() {
  const t = useT()
  const nights = useQuery({ queryKey: [...root, 'runs'], queryFn: () => ok(api.GET('/api/v1/retention/runs')) }).data?.items ?? []
  if (nights.length === 0) return null
  return (
    <section className={classes.part}>
      <h2>{t('admin.retention.runs')}</h2>
      <ul className={classes.items}>
        {nights.map((n) => (
          <li key={n.id}>
            <Ago at={n.made_at} />
            <span className={classes.grow}>
              {kinds
                .filter((k) => (n.counts[k] ?? 0) > 0)
                .map((k) => `${t(`admin.retention.class.${k}`)}: ${n.counts[k]}`)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
