import { Button, Group, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { languageList, languages, useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { ChooseOne } from '@/kit/Choose'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { useToasts } from '@/kit/toast'
import { useDesk } from '../conversation/desk'
import { keys } from '../conversation/caches'
import { forget, kept, keptKey, useKept } from '../conversation/kept'
import { customerKey } from './key'
import type { CustomerDetail, CustomerFields } from './types'
import classes from './Customer.module.css'

const fieldsOf = (c: CustomerDetail): CustomerFields => ({ name: c.name, email: c.email ?? '', phone: c.phone ?? '', company: c.company ?? '', language: c.language ?? '', about: c.about ?? '' })

/** Where changes of a customer that are not saved yet are kept. */
export const useCustomerDraft = (id: string) => keptKey('customer', useSignedIn().user.id, id)

/** Changes what is known of a customer, in the place of the card. */
export function CustomerForm({ customer, onDone, bare }: { customer: CustomerDetail; onDone: () => void; /** Inside a dialog, which has the heading. */ bare?: boolean }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const { cache: lists } = useDesk()
  const checks = useChecks()
  // As it was when the form was opened: only the difference to what one saw is sent, for the server to compare with what others have changed meanwhile.
  const [opened] = useState(customer)
  const [initial] = useState(() => fieldsOf(customer))
  const key = useCustomerDraft(customer.id)
  const [typed] = useState(() => ({ ...initial, ...kept<Partial<CustomerFields>>(key) }))
  const form = useForm<CustomerFields>({
    initial: typed,
    validate: (v) => onlyErrors({ name: checks.required(v.name), email: v.email ? checks.email(v.email) : undefined }),
    submit: async (values) => {
      const changed = changesOf(initial, values)
      const saved = await ok(api.PATCH('/api/v1/customers/{id}', { params: { path: { id: customer.id } }, body: { ...changed, rev: opened.rev } }))
      cache.setQueryData<CustomerDetail>(customerKey(customer.id), (now) => now && { ...now, ...saved })
      if (changed.name) rename(customer.id, saved.name)
      toasts.show({ kind: 'done', text: t('desk.customer.saved') })
      done()
    },
  })
  const changed = changesOf(initial, form.values)
  const unchanged = Object.keys(changed).length === 0
  useKept(key, changed, unchanged)
  const done = () => {
    forget(key)
    onDone()
  }
  // The name stands on every list; the server's frames bring it too, a moment later.
  const rename = (id: string, name: string) => {
    for (const [, list] of cache.getQueriesData<{ rows?: { id: string; customer: { id: string } }[] }>({ queryKey: keys.lists })) {
      for (const row of list?.rows ?? []) if (row.customer.id === id) lists.patch(row.id, { customer: { id, name } })
    }
  }
  const tags = [...new Set([...languageList, ...(customer.language ? [customer.language] : [])])]
  return (
    <form className={bare ? classes.bareForm : classes.form} onSubmit={form.onSubmit} noValidate>
      {!bare && <h2>{t('desk.customer.editTitle')}</h2>}
      <TextInput {...form.text('name')} label={t('desk.customer.name')} autoFocus required />
      <TextInput {...form.text('email')} type="email" label={t('desk.customer.email')} />
      <TextInput {...form.text('phone')} type="tel" label={t('desk.customer.phone')} />
      <TextInput {...form.text('company')} label={t('desk.customer.company')} />
      <ChooseOne label={t('desk.customer.language')} data={tags.map((l) => ({ value: l, label: languages[l as keyof typeof languages] ?? l }))} value={form.values.language || null} onChange={(l) => form.set('language', l ?? '')} error={form.errorOf('language')} clearable />
      <Textarea {...form.text('about')} label={t('desk.customer.about')} description={t('desk.customer.aboutHelp')} />
      {form.summary && (
        <p className={classes.error} role="alert">
          {form.summary}
        </p>
      )}
      <Group gap="sm">
        <Button type="submit" loading={form.busy} disabled={unchanged}>
          {t('act.save')}
        </Button>
        <Button variant="default" onClick={done}>
          {t('act.cancel')}
        </Button>
      </Group>
    </form>
  )
}

/** Only what was changed is sent: the rest may have been changed by others meanwhile. */
function changesOf(before: CustomerFields, after: CustomerFields): Partial<CustomerFields> {
  const names = Object.keys(after) as (keyof CustomerFields)[]
  return Object.fromEntries(names.filter((n) => before[n] !== after[n]).map((n) => [n, after[n]]))
}
