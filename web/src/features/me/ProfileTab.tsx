import { Alert, Button, SegmentedControl, TextInput, useMantineColorScheme } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useId, useState } from 'react'
import { type Session, api, ok } from '@/lib/api'
import { languageList, languages, useLanguage, useT } from '@/lib/i18n'
import { sessionKey, useCan, useSignedIn } from '@/lib/session'
import { Avatar } from '@/kit/Avatar'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { useToasts } from '@/kit/toast'
import { type Preferences, currentDensity, useSetPreferences } from '@/shell/preferences'
import { PasswordForm } from './PasswordForm'
import { SignatureForm } from './SignatureForm'
import classes from './Me.module.css'

/** Name, language and look. The look changes at once; the name is saved. */
export function ProfileTab() {
  const { user } = useSignedIn()
  const signs = useCan('conversation.reply')
  return (
    <div className={classes.stack}>
      <div className={classes.who}>
        <Avatar name={user.name} size={56} />
        <div>
          <h2>{user.name}</h2>
          <p className={classes.hint}>{user.email}</p>
        </div>
      </div>
      <NameForm key={user.name} name={user.name} />
      <Look />
      {signs && <SignatureForm />}
      <PasswordForm />
    </div>
  )
}

function NameForm({ name }: { name: string }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const checks = useChecks()
  const form = useForm({
    initial: { name },
    validate: (values) => onlyErrors({ name: checks.required(values.name) }),
    submit: async (body) => {
      const user = await ok(api.PATCH('/api/v1/me', { body }))
      cache.setQueryData<Session | null>(sessionKey, (now) => now && { ...now, user })
      toasts.show({ kind: 'done', text: t('me.saved') })
    },
  })
  return (
    <form onSubmit={form.onSubmit} className={classes.line} noValidate>
      {form.summary && !form.errorOf('name') && <Alert color="danger">{form.summary}</Alert>}
      <TextInput className={classes.grow} label={t('person.name')} description={t('me.nameHelp')} autoComplete="name" {...form.text('name')} />
      <Button type="submit" loading={form.busy} disabled={!form.dirty}>
        {t('act.save')}
      </Button>
    </form>
  )
}

const themes = ['light', 'dark', 'system'] as const
const densities = ['comfortable', 'compact'] as const

function Look() {
  const t = useT()
  const { language } = useLanguage()
  const { colorScheme } = useMantineColorScheme()
  const [density, setDensity] = useState(currentDensity)
  const set = useSetPreferences()
  return (
    <>
      <Choice label={t('shell.language')} value={language} options={languageList.map((l) => ({ value: l, label: languages[l] }))} onChange={(v) => void set({ language: v as Preferences['language'] })} />
      <Choice label={t('me.theme')} value={colorScheme === 'auto' ? 'system' : colorScheme} options={themes.map((v) => ({ value: v, label: t(`me.theme.${v}`) }))} onChange={(v) => void set({ theme: v as Preferences['theme'] })} />
      <Choice
        label={t('me.density')}
        hint={t('me.densityHelp')}
        value={density}
        options={densities.map((v) => ({ value: v, label: t(`me.density.${v}`) }))}
        onChange={(v) => {
          setDensity(v as typeof density)
          void set({ density: v as typeof density })
        }}
      />
    </>
  )
}

function Choice({ label, hint, ...control }: { label: string; hint?: ReactNode; value: string; options: { value: string; label: string }[]; onChange: (value: string) => void }) {
  const id = useId()
  return (
    <div className={classes.choice}>
      <div>
        <h3 id={id}>{label}</h3>
        {hint && <p className={classes.hint}>{hint}</p>}
      </div>
      <SegmentedControl aria-labelledby={id} data={control.options} value={control.value} onChange={control.onChange} />
    </div>
  )
}
