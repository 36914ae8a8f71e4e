import { Alert, Button, PasswordInput, Switch, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ArrowRight, ExternalLink } from 'lucide-react'
import { type DemoRole, api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Avatar } from '@/kit/Avatar'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { OpenPage } from '@/shell/OpenPage'
import { demoQuery, trafficQuery } from './demo'
import { useEnter } from './enter'
import classes from './LoginPage.module.css'

const route = getRouteApi('/login')

/** Signing in by password, and in the demo by one click as a role. */
export function LoginPage() {
  const t = useT()
  const demo = useQuery(demoQuery)
  const roles = demo.data?.roles ?? []
  return (
    <OpenPage title={t('login.title')} text={t('login.text')} wide={roles.length > 0}>
      <div className={roles.length > 0 ? classes.both : undefined}>
        <PasswordForm />
        {roles.length > 0 && <DemoRoles roles={roles} />}
      </div>
    </OpenPage>
  )
}

function PasswordForm() {
  const t = useT()
  const enter = useEnter()
  const checks = useChecks()
  const { next } = route.useSearch()
  const form = useForm({
    initial: { email: '', password: '' },
    validate: ({ email, password }) => onlyErrors({ email: checks.required(email), password: checks.required(password) }),
    submit: async (body) => enter(await ok(api.POST('/api/v1/session', { body })), next),
  })
  return (
    <form onSubmit={form.onSubmit} className={classes.form} noValidate>
      {form.summary && (
        <Alert color="danger" role="alert">
          {form.summary}
        </Alert>
      )}
      <TextInput size="lg" type="email" autoComplete="username" autoFocus label={t('person.email')} {...form.text('email')} />
      <PasswordInput size="lg" autoComplete="current-password" label={t('person.password')} visibilityToggleButtonProps={{ 'aria-label': t('person.showPassword') }} {...form.text('password')} />
      <Button type="submit" size="lg" fullWidth loading={form.busy}>
        {t('login.submit')}
      </Button>
    </form>
  )
}

function DemoRoles({ roles }: { roles: readonly DemoRole[] }) {
  const t = useT()
  const enter = useEnter()
  const { next } = route.useSearch()
  const signIn = useMutation({ mutationFn: async (role: string) => enter(await ok(api.POST('/api/v1/session/demo', { body: { role } })), next) })
  return (
    <section className={classes.demo} aria-labelledby="demo-title">
      <h2 id="demo-title">{t('login.demo')}</h2>
      <p className={classes.hint}>{t('login.demoText')}</p>
      <ul className={classes.roles}>
        {roles.map((role) => (
          <li key={role.key}>
            <button type="button" className={classes.role} disabled={signIn.isPending} onClick={() => signIn.mutate(role.key)}>
              <Avatar name={role.person} size={32} />
              <span className={classes.who}>
                <strong>{role.person}</strong>
                <span>{t.maybe(`role.${role.name}`) ?? role.name}</span>
              </span>
              <ArrowRight size={16} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <DemoTraffic />
      <DemoSites />
      {signIn.isError && (
        <Alert color="danger" role="alert">
          {problemText(t, signIn.error)}
        </Alert>
      )}
    </section>
  )
}

const demoSites = [
  { brand: 'Fala Net', href: '/demo/fala-net' },
  { brand: 'Vásárfia', href: '/demo/vasarfia' },
]

/** The sites of the demo's brands, on which one writes as their customer. */
function DemoSites() {
  const t = useT()
  return (
    <p className={classes.sites}>
      <span>{t('login.sites')}</span>
      {demoSites.map(({ brand, href }) => (
        <a key={href} href={href} target="_blank" rel="noreferrer">
          {brand} <ExternalLink size={13} aria-hidden />
          <span className="sr-only"> {t('login.newTab')}</span>
        </a>
      ))}
    </p>
  )
}

/** The switch of the demo's simulated customers. */
function DemoTraffic() {
  const t = useT()
  const cache = useQueryClient()
  const traffic = useQuery(trafficQuery)
  const turn = useMutation({
    mutationFn: (on: boolean) => ok(api.PUT('/api/v1/session/demo/traffic', { body: { on } })),
    onSuccess: (now) => cache.setQueryData(trafficQuery.queryKey, now),
  })
  if (!traffic.data) return null
  return <Switch className={classes.traffic} checked={turn.isPending ? turn.variables : traffic.data.on} onChange={(e) => turn.mutate(e.currentTarget.checked)} label={t('login.traffic')} description={t('login.trafficText')} />
}
