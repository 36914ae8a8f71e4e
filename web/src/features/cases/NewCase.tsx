import { Button, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { ChooseOne } from '@/kit/Choose'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { Dialog } from '@/kit/overlays'
import { keys } from './caches'
import { PersonField } from './PersonField'
import { priorities } from './types'
import classes from './Case.module.css'

const longestSubject = 300

interface Values {
  subject: string
  brand_id: string
  priority: (typeof priorities)[number]
  owner: { id: string; name: string } | undefined
}

/** Opens a case that no conversation has led to. */
export function NewCase({ brand, onClose }: { brand: string | undefined; onClose: () => void }) {
  const t = useT()
  return (
    <Dialog opened onClose={onClose} title={t('cases.act.create')}>
      <Body brand={brand} onClose={onClose} />
    </Dialog>
  )
}

function Body({ brand, onClose }: { brand: string | undefined; onClose: () => void }) {
  const t = useT()
  const { brands, user } = useSignedIn()
  const checks = useChecks()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const form = useForm<Values>({
    initial: { subject: '', brand_id: brand ?? brands[0]?.id ?? '', priority: 'normal', owner: { id: user.id, name: user.name } },
    validate: ({ subject, brand_id }) => onlyErrors({ subject: checks.required(subject), brand_id: checks.required(brand_id) }),
    submit: async ({ subject, brand_id, priority, owner }) => {
      const made = await ok(api.POST('/api/v1/cases', { body: { subject: subject.trim(), brand_id, priority, owner_id: owner?.id } }))
      void cache.invalidateQueries({ queryKey: keys.all })
      onClose()
      void navigate({ to: '/cases/$id', params: { id: made.id } })
    },
  })
  return (
    <form className={classes.properties} onSubmit={form.onSubmit}>
      <TextInput {...form.text('subject')} data-autofocus required label={t('cases.subject')} maxLength={longestSubject} />
      {brands.length > 1 && <ChooseOne name="brand_id" required label={t('resource.brand')} data={brands.map((b) => ({ value: b.id, label: b.name }))} value={form.values.brand_id} error={form.errorOf('brand_id')} allowDeselect={false} onChange={(id) => form.set('brand_id', id ?? '')} />}
      <ChooseOne label={t('cases.priority')} data={priorities.map((p) => ({ value: p, label: t(`cases.priority.${p}`) }))} value={form.values.priority} allowDeselect={false} onChange={(p) => form.set('priority', p as Values['priority'])} />
      <PersonField label={t('cases.owner')} placeholder={t('cases.noOwner')} value={form.values.owner} onChange={(owner) => form.set('owner', owner)} />
      {form.summary && (
        <p className={classes.wrong} role="alert">
          {form.summary}
        </p>
      )}
      <div className={classes.acts}>
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" loading={form.busy}>
          {t('cases.openDo')}
        </Button>
      </div>
    </form>
  )
}
