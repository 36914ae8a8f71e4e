import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { onlyErrors, leastPassword, useChecks, useForm } from '@/kit/form'
import { useEnter } from '@/features/signin/enter'
import { OpenPage } from '@/shell/OpenPage'
import classes from './InvitePage.module.css'

const route = getRouteApi('/invite/$token')

/** A person who was invited says their name and chooses a password. */
export function InvitePage() {
  const t = useT()
  const enter = useEnter()
  const checks = useChecks()
  const { token } = route.useParams()
  const form = useForm({
    initial: { name: '', password: '' },
    validate: ({ name, password }) => onlyErrors({ name: checks.required(name), password: checks.password(password) }),
    submit: async (body) => enter(await ok(api.POST('/api/v1/invitations/{token}/accept', { params: { path: { token } }, body }))),
  })
  return (
    <OpenPage title={t('invite.title')} text={t('invite.text')}>
      <form onSubmit={form.onSubmit} className={classes.form} noValidate>
        {form.summary && (
          <Alert color="danger" role="alert">
            {form.summary}
          </Alert>
        )}
        <TextInput size="lg" autoComplete="name" autoFocus label={t('person.name')} {...form.text('name')} />
        <PasswordInput size="lg" autoComplete="new-password" label={t('person.password')} description={t('person.passwordHelp', { least: leastPassword })} visibilityToggleButtonProps={{ 'aria-label': t('person.showPassword') }} {...form.text('password')} />
        <Button type="submit" size="lg" fullWidth loading={form.busy}>
          {t('invite.submit')}
        </Button>
      </form>
    </OpenPage>
  )
}
