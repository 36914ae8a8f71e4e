import { Alert, Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { leastPassword, onlyErrors, useChecks, useForm } from '@/kit/form'
import { useToasts } from '@/kit/toast'
import classes from './Me.module.css'

/** Changes one's password; begins anew, with empty fields, after each success. */
export function PasswordForm() {
  const [round, setRound] = useState(0)
  return <Fields key={round} onDone={() => setRound((r) => r + 1)} />
}

function Fields({ onDone }: { onDone: () => void }) {
  const t = useT()
  const toasts = useToasts()
  const checks = useChecks()
  const form = useForm({
    initial: { old_password: '', password: '' },
    validate: (values) => onlyErrors({ old_password: checks.required(values.old_password), password: checks.password(values.password) }),
    submit: async (body) => {
      await ok(api.POST('/api/v1/me/password', { body }))
      toasts.show({ kind: 'done', text: t('me.passwordChanged') })
      onDone()
    },
  })
  const eye = { 'aria-label': t('person.showPassword') }
  return (
    <form onSubmit={form.onSubmit} className={classes.password} noValidate>
      <h2>{t('me.password')}</h2>
      {form.summary && (
        <Alert color="danger" role="alert">
          {form.summary}
        </Alert>
      )}
      <PasswordInput autoComplete="current-password" label={t('me.oldPassword')} visibilityToggleButtonProps={eye} {...form.text('old_password')} />
      <PasswordInput autoComplete="new-password" label={t('me.newPassword')} description={t('person.passwordHelp', { least: leastPassword })} visibilityToggleButtonProps={eye} {...form.text('password')} />
      <Button type="submit" variant="default" loading={form.busy} disabled={!form.dirty}>
        {t('me.changePassword')}
      </Button>
    </form>
  )
}
