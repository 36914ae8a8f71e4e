import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type Invitation, api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { onlyErrors, leastPassword, useChecks, useForm } from '@/kit/form'
import { ErrorState } from '@/kit/states'
import { useEnter } from '@/features/signin/enter'
import { Loading } from '@/shell/Fallbacks'
import { OpenPage } from '@/shell/OpenPage'
import classes from './InvitePage.module.css'

const route = getRouteApi('/invite/$token')

/** A person who was invited says their name and chooses a password. */
export function InvitePage() {
  const t = useT()
  const { token } = route.useParams()
  const invitation = useQuery({ queryKey: ['invitation', token], queryFn: () => ok(api.GET('/api/v1/invitations/{token}', { params: { path: { token } } })), staleTime: Infinity })
  const tenant = invitation.data?.tenant
  return (
    <OpenPage title={tenant ? t('invite.titleOf', { tenant }) : t('invite.title')} text={invitation.isSuccess ? t('invite.text') : undefined}>
      {invitation.isPending && <Loading />}
      {invitation.isError && <ErrorState title={t('invite.failed')} error={invitation.error} onRetry={() => void invitation.refetch()} />}
      {invitation.isSuccess && <Accept token={token} invitation={invitation.data} />}
    </OpenPage>
  )
}

function Accept({ token, invitation }: { token: string; invitation: Invitation }) {
  const t = useT()
  const enter = useEnter()
  const checks = useChecks()
  const form = useForm({
    initial: { name: invitation.name, password: '' },
    validate: ({ name, password }) => onlyErrors({ name: checks.required(name), password: checks.password(password) }),
    submit: async (body) => enter(await ok(api.POST('/api/v1/invitations/{token}/accept', { params: { path: { token } }, body }))),
  })
  return (
    <form onSubmit={form.onSubmit} className={classes.form} noValidate>
      {form.summary && (
        <Alert color="danger" role="alert">
          {form.summary}
        </Alert>
      )}
      <TextInput size="lg" type="email" autoComplete="username" label={t('person.email')} value={invitation.email} readOnly />
      <TextInput size="lg" autoComplete="name" autoFocus label={t('person.name')} {...form.text('name')} />
      <PasswordInput
        size="lg"
        autoComplete="new-password"
        label={t('person.password')}
        description={t('person.passwordHelp', { least: leastPassword })}
        visibilityToggleButtonProps={{ 'aria-label': t('person.showPassword') }}
        {...form.text('password')}
      />
      <Button type="submit" size="lg" fullWidth loading={form.busy}>
        {t('invite.submit')}
      </Button>
    </form>
  )
}
