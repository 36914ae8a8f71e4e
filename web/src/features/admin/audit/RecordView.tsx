import { ChevronRight } from 'lucide-react'
import { useId, useState } from 'react'
import { type Translate, useT } from '@/lib/i18n'
import { formatFull } from '@/lib/time'
import { useBrands } from '../parts/lookups'
import type { AuditRecord } from '../types'
import classes from './Audit.module.css'
import { isShort, valueText } from './values'

/** One change: a line that opens to what was before and after. */
export function RecordView({ record }: { record: AuditRecord }) {
  const t = useT()
  const id = useId()
  const [open, setOpen] = useState(false)
  const brand = useBrands().nameOf(record.brand_id)
  const { changes } = record
  return (
    <li className={classes.record}>
      <button type="button" className={classes.line} aria-expanded={open} aria-controls={id} disabled={changes.length === 0} onClick={() => setOpen(!open)}>
        <ChevronRight size={16} className={classes.chevron} aria-hidden />
        <time dateTime={record.at} className={classes.time}>
          {formatFull(record.at, t.language)}
        </time>
        <span className={classes.what}>
          <strong>{actorText(t, record)}</strong> · {actionText(t, record.action)} {record.subject_name && <em>{record.subject_name}</em>}
        </span>
        <span className={classes.side}>
          {brand && `${brand} · `}
          {t('admin.audit.changes', { count: changes.length })}
        </span>
      </button>
      {open && (
        <div id={id} className={classes.detail}>
          <Changes changes={changes} />
        </div>
      )}
    </li>
  )
}

function Changes({ changes }: { changes: AuditRecord['changes'] }) {
  const t = useT()
  return (
    <table className={classes.changes}>
      <thead>
        <tr>
          <th scope="col">{t('admin.audit.field')}</th>
          <th scope="col">{t('admin.audit.before')}</th>
          <th scope="col">{t('admin.audit.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((c) => (
          <tr key={c.path}>
            <th scope="row">{c.path}</th>
            <td data-side="before">
              <Value value={c.before} />
            </td>
            <td data-side="after">
              <Value value={c.after} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Value({ value }: { value: unknown }) {
  const t = useT()
  if (value === undefined || value === null || value === '') return <span className={classes.none}>–</span>
  if (typeof value === 'boolean') return <>{t(value ? 'admin.yes' : 'admin.no')}</>
  const text = valueText(value)
  return isShort(text) ? <span>{text}</span> : <pre>{text}</pre>
}

function actorText(t: Translate, { actor_kind, actor_name }: AuditRecord): string {
  if (actor_kind === 'system') return t('admin.audit.system')
  return actor_kind === 'key' ? t('admin.audit.key', { name: actor_name }) : actor_name
}

/** "queue.update" in words: what it was, and what was done. */
function actionText(t: Translate, action: string): string {
  const [kind = '', verb = ''] = action.split('.')
  return `${t.maybe(`admin.audit.kind.${kind}`) ?? kind}: ${t.maybe(`admin.audit.verb.${verb}`) ?? verb}`
}
