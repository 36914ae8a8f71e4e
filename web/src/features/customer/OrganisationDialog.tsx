import { Button, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { ChooseOne } from '@/kit/Choose'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { Dialog } from '@/kit/overlays'
import { useToasts } from '@/kit/toast'
import { type Organisation, organisationKey } from './story'
import classes from './CustomerPage.module.css'

interface Props {
  /** What is changed; absent: one is made. */
  organisation?: Organisation
  brand?: string
  name?: string
  onClose: () => void
  onSaved?: (organisation: Organisation) => void
}

interface Input {
  name: string
  phone: string
  website: string
  about: string
  domains: string[]
  brand_id: string
}

/** Makes or changes an organisation. */
export function OrganisationDialog(props: Props) {
  const t = useT()
  return (
    <Dialog opened onClose={props.onClose} title={t(props.organisation ? 'customers.organisation.edit' : 'customers.organisation.create')} size={480}>
      <Body {...props} />
    </Dialog>
  )
}

function Body({ organisation, brand, name = '', onClose, onSaved }: Props) {
  const t = useT()
  const { brands } = useSignedIn()
  const cache = useQueryClient()
  const toasts = useToasts()
  const checks = useChecks()
  const form = useForm<Input>({
    initial: {
      name: organisation?.name ?? name,
      phone: organisation?.phone ?? '',
      website: organisation?.website ?? '',
      about: organisation?.about ?? '',
      domains: organisation?.domains ?? [],
      brand_id: organisation?.brand_id ?? brand ?? brands[0]?.id ?? '',
    },
    validate: (v) => onlyErrors({ name: checks.required(v.name), brand_id: checks.required(v.brand_id) }),
    submit: async ({ brand_id, ...body }) => {
      const saved = organisation
        ? await ok(api.PATCH('/api/v1/organisations/{id}', { params: { path: { id: organisation.id } }, body: { ...body, rev: organisation.rev } }))
        : await ok(api.POST('/api/v1/organisations', { body: { ...body, brand_id } }))
      void cache.invalidateQueries({ queryKey: organisationKey(saved.id) })
      void cache.invalidateQueries({ queryKey: ['organisations'] })
      toasts.show({ kind: 'done', text: t('customers.organisation.saved') })
      onClose()
      onSaved?.(saved)
    },
  })
  return (
    <form className={classes.form} onSubmit={form.onSubmit} noValidate>
      <TextInput {...form.text('name')} label={t('desk.customer.name')} required data-autofocus />
      {!organisation && !brand && brands.length > 1 && (
        <ChooseOne label={t('resource.brand')} allowDeselect={false} data={brands.map((b) => ({ value: b.id, label: b.name }))} value={form.values.brand_id || null} onChange={(b) => form.set('brand_id', b ?? '')} error={form.errorOf('brand_id')} />
      )}
      <TextInput {...form.text('phone')} type="tel" label={t('desk.customer.phone')} />
      <TextInput {...form.text('website')} label={t('customers.organisation.website')} />
      <TagsInput label={t('customers.organisation.domains')} description={t('customers.organisation.domainsHelp')} value={form.values.domains} onChange={(d) => form.set('domains', d)} error={form.errorOf('domains')} maxTags={20} splitChars={[',', ' ']} acceptValueOnBlur />
      <Textarea {...form.text('about')} label={t('desk.customer.about')} description={t('desk.customer.aboutHelp')} autosize minRows={2} maxRows={8} />
      {form.summary && (
        <p className={classes.wrong} role="alert">
          {form.summary}
        </p>
      )}
      <div className={classes.ends}>
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" loading={form.busy}>
          {t('act.save')}
        </Button>
      </div>
    </form>
  )
}
