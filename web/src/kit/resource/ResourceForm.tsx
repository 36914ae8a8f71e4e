import { Alert, Button } from '@mantine/core'
import { Fragment, type ReactNode, useEffect, useId, useState } from 'react'
import { type Key, useT } from '@/lib/i18n'
import { type FieldErrors, useForm } from '../form'
import { Field } from './Field'
import classes from './resource.module.css'
import type { FieldSpec } from './schema'

interface Props<Input extends object> {
  fields: readonly FieldSpec<Input>[]
  initial: Input
  /** Whether the thing exists already: fields that are fixed at creation are locked. */
  existing: boolean
  /** The verb that makes a thing, where "create" is the wrong word. */
  verb?: Key
  /** Shows only. */
  readOnly?: boolean
  /** `before` is what the form opened with: what others change meanwhile is no change of this person's. */
  submit: (values: Input, before: Input) => Promise<unknown>
  onCancel: () => void
  /** Acts at the left of the buttons, such as Archive. */
  aside?: ReactNode
  children?: ReactNode
  /** Told when something was typed that is not saved. */
  onDirty?: (dirty: boolean) => void
}

/** A form made from a list of fields; the server's errors stand beside them. */
export function ResourceForm<Input extends object>({ fields, initial, existing, verb = 'act.create', readOnly = false, submit, onCancel, aside, children, onDirty }: Props<Input>) {
  const t = useT()
  const id = useId()
  const [opened] = useState(initial)
  const form = useForm<Input>({ initial: opened, submit: (values) => submit(values, opened), validate: (values) => missing(fields, values, t('error.required')) })
  const shown = fields.filter((f) => !f.when || f.when(form.values))
  useEffect(() => onDirty?.(form.dirty), [form.dirty, onDirty])
  return (
    <div className={classes.form}>
      <form id={id} className={classes.fields} onSubmit={form.onSubmit} noValidate>
        {form.summary && (
          <Alert color="danger" role="alert">
            {form.summary}
          </Alert>
        )}
        {shown.map((spec, i) => (
          <Fragment key={spec.name}>
            {spec.section && <h3 className={classes.section}>{t(spec.section)}</h3>}
            <div className={classes.field} data-half={spec.half || undefined}>
              <Field
                first={i === 0}
                spec={spec}
                value={form.values[spec.name]}
                error={form.errorOf(spec.name)}
                disabled={readOnly || (existing && spec.createOnly === true)}
                onChange={(value) => form.set(spec.name, value)}
                errorOf={form.errorOf}
                values={form.values}
              />
            </div>
          </Fragment>
        ))}
      </form>
      {children}
      <footer className={classes.buttons}>
        {aside}
        <span className={classes.gap} />
        <Button variant="default" onClick={onCancel}>
          {t(readOnly ? 'act.close' : 'act.cancel')}
        </Button>
        {!readOnly && (
          <Button type="submit" form={id} loading={form.busy} disabled={existing && !form.dirty}>
            {t(existing ? 'act.save' : verb)}
          </Button>
        )}
      </footer>
    </div>
  )
}

function missing<Input extends object>(fields: readonly FieldSpec<Input>[], values: Input, text: string): FieldErrors {
  return Object.fromEntries(fields.filter((f) => f.required && (!f.when || f.when(values)) && empty(values[f.name])).map((f) => [f.name, text]))
}

const empty = (value: unknown) => value === undefined || value === null || (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0)
