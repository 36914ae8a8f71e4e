import { Alert, Button, Select } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { ErrorState, SkeletonRows } from '@/kit/states'
import type { Key } from '@/lib/i18n'
import classes from '../privacy/Privacy.module.css'
import { type Import, type Plan, apply, cancel, change, check, faultsQuery, importQuery, root } from './api'

const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1250', 'iso-8859-2', 'windows-1252'] as const
const delimiters = [
  [',', 'comma'],
  [';', 'semicolon'],
  ['\t', 'tab'],
  ['|', 'bar'],
] as const

/** One file: how it is read, what is wrong with it, and the next step. */
export function ImportView({ id }: { id: string }) {
  const t = useT()
  const asked = useQuery(importQuery(id))
  const file = asked.data
  if (asked.isPending) return <SkeletonRows plain rows={6} />
  if (!file) return <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />
  return (
    <section className={classes.part}>
      <div className={classes.row}>
        <h2 className={classes.grow}>{file.name}</h2>
        <strong role="status">{t(`admin.import.state.${file.state}`)}</strong>
      </div>
      {file.code && <Alert color="danger">{t.maybe(`error.${file.code}`) ?? t('error.internal')}</Alert>}
      <Reading file={file} />
      <Numbers file={file} />
      <Faults file={file} />
      <Steps file={file} />
    </section>
  )
}

const changeable = (file: Import) => file.state === 'uploaded' || file.state === 'checked' || file.state === 'failed'

function Reading({ file }: { file: Import }) {
  const t = useT()
  const act = useAct()
  const fixed = !changeable(file)
  const set = (plan: Plan) => act({ done: t('admin.import.changed'), touches: [root], commit: () => change(file.id, plan) })
  const mapped = (at: number, field: string) => file.header.map((_, i) => (i === at ? field : file.mapping[i] === field ? '' : (file.mapping[i] ?? '')))
  if (file.header.length === 0) return null
  return (
    <>
      <div className={classes.row}>
        {file.format === 'csv' && (
          <>
            <Select className={classes.grow} label={t('admin.import.encoding')} disabled={fixed} data={[...encodings]} value={file.encoding ?? null} allowDeselect={false} onChange={(v) => v && void set({ encoding: v })} />
            <Select className={classes.grow} label={t('admin.import.delimiter')} disabled={fixed} data={delimiters.map(([value, name]) => ({ value, label: t(`admin.import.${name}`) }))} value={file.delimiter ?? null} allowDeselect={false} onChange={(v) => v && void set({ delimiter: v })} />
          </>
        )}
        <Select className={classes.grow} label={t('admin.import.key')} disabled={fixed} data={[{ value: '', label: t('admin.import.keyNone') }, ...(['email', 'phone'] as const).filter((f) => file.mapping.includes(f)).map((f) => ({ value: f, label: t(`admin.import.field.${f}`) }))]} value={file.key_field ?? ''} allowDeselect={false} onChange={(v) => void set({ key_field: v ?? '' })} />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('admin.import.columns')}>
        <table className={classes.table}>
          <thead>
            <tr>
              {file.header.map((name, i) => (
                <th key={i}>
                  <Select aria-label={name} size="xs" disabled={fixed} data={[{ value: '', label: t('admin.import.leaveOut') }, ...file.fields.map((f) => ({ value: f, label: t(`admin.import.field.${f}` as Key) }))]} value={file.mapping[i] ?? ''} allowDeselect={false} onChange={(v) => void set({ mapping: mapped(i, v ?? '') })} />
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {file.sample.slice(0, 5).map((row, i) => (
              <tr key={i}>
                {file.header.map((_, j) => (
                  <td key={j}>{row[j]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Numbers({ file }: { file: Import }) {
  const t = useT()
  if (file.rows === 0) return null
  const applied = file.created + file.updated > 0 || file.state === 'done'
  return (
    <p>
      {t('admin.import.good', { count: file.good })} · {t('admin.import.bad', { count: file.bad })}
      {applied && ` · ${t('admin.import.created', { count: file.created })} · ${t('admin.import.updated', { count: file.updated })}`}
    </p>
  )
}

function Faults({ file }: { file: Import }) {
  const t = useT()
  const further = useInfiniteQuery({ ...faultsQuery(file), enabled: false })
  if (file.faults.length === 0) return null
  const all = [...file.faults, ...(further.data?.pages.flatMap((p) => p.items) ?? [])]
  return (
    <>
      <ul className={classes.items}>
        {all.map((f) => (
          <li key={f.line}>
            <span className={classes.hint}>{t('admin.import.line', { line: f.line })}</span>
            <span className={classes.grow}>
              {f.field && `${t(`admin.import.field.${f.field}` as Key)}: `}
              {t.maybe(`error.${f.code}`, f.values as Record<string, string>) ?? t('error.invalid')}
            </span>
          </li>
        ))}
      </ul>
      {all.length < file.bad && (
        <Button variant="subtle" loading={further.isFetching} onClick={() => void further.fetchNextPage()}>
          {t('admin.import.furtherBad', { count: file.bad - all.length })}
        </Button>
      )}
    </>
  )
}

function Steps({ file }: { file: Import }) {
  const t = useT()
  const act = useAct()
  const step = (done: Key, commit: () => Promise<unknown>) => void act({ done: t(done), touches: [root], commit })
  const over = file.state === 'done' || file.state === 'cancelled'
  if (over) return null
  return (
    <div className={classes.row}>
      {changeable(file) && (
        <Button variant={file.state === 'checked' ? 'default' : 'filled'} onClick={() => step('admin.import.state.checking', () => check(file.id))}>
          {t('admin.import.check')}
        </Button>
      )}
      {file.state === 'checked' && file.good > 0 && <Button onClick={() => step('admin.import.state.applying', () => apply(file.id))}>{t('admin.import.apply', { count: file.good })}</Button>}
      <Button variant="default" onClick={() => step('admin.import.state.cancelled', () => cancel(file.id))}>
        {t('admin.import.cancel')}
      </Button>
    </div>
  )
}
