import { NumberInput, PasswordInput, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import type { Control } from '@/kit/resource/schema'
import { type MailSecrets, type MailServer, type MailSettings, type MailboxInput, presetOf, presets } from './form'
import { TryOut } from './TryOut'
import classes from './Mailboxes.module.css'
import parts from '../parts/parts.module.css'

interface Props {
  control: Control
  settings: MailSettings
  set: (change: Partial<MailSettings>) => void
}

const other = 'other'

/** How a mailbox is reached, and whether that works. */
export function MailboxFields({ control }: { control: Control }) {
  const t = useT()
  const settings = control.value as MailSettings
  const replace = control.onChange as (value: MailSettings) => void
  const props: Props = { control, settings, set: (change) => replace({ ...settings, ...change }) }
  if (settings.transport === 'sink') return <p className={parts.hint}>{t('admin.mailboxes.sink')}</p>
  const preset = presetOf(settings)
  const values = control.values as MailboxInput
  return (
    <div className={parts.stack}>
      <ChooseOne
        label={t('admin.mailboxes.provider')}
        description={t('admin.mailboxes.providerHelp')}
        data={[...presets.map((p) => ({ value: p.id, label: p.name })), { value: other, label: t('admin.mailboxes.other') }]}
        value={preset?.id ?? other}
        allowDeselect={false}
        disabled={control.disabled}
        onChange={(id) => {
          const chosen = presets.find((p) => p.id === id)
          if (chosen) props.set(chosen.settings)
        }}
      />
      <Server {...props} which="imap" label={t('admin.mailboxes.incoming')} />
      <Server {...props} which="smtp" label={t('admin.mailboxes.outgoing')} />
      <SignIn {...props} />
      <TryOut values={values} disabled={control.disabled} />
      <h3>{t('admin.mailboxes.look')}</h3>
      <Look {...props} />
      <h3>{t('admin.mailboxes.behaviour')}</h3>
      <Behaviour {...props} />
    </div>
  )
}

function Server({ control, settings, set, which, label }: Props & { which: 'imap' | 'smtp'; label: string }) {
  const t = useT()
  const server = settings[which]
  const { disabled, errorOf } = control
  const change = (part: Partial<MailServer>) => set({ [which]: { ...server, ...part } })
  const path = `config.${which}`
  return (
    <fieldset className={classes.server}>
      <legend>{label}</legend>
      <TextInput name={`${path}.host`} label={t('admin.mailboxes.host')} required value={server.host} disabled={disabled} error={errorOf(`${path}.host`)} onChange={(e) => change({ host: e.currentTarget.value })} />
      <NumberInput name={`${path}.port`} label={t('admin.mailboxes.port')} allowDecimal={false} min={0} max={65_535} placeholder={t('admin.mailboxes.usual')} value={server.port || ''} disabled={disabled} error={errorOf(`${path}.port`)} onChange={(port) => change({ port: Number(port) || 0 })} />
      <ChooseOne
        name={`${path}.tls`}
        label={t('admin.mailboxes.tls')}
        data={(['tls', 'starttls', 'none'] as const).map((kind) => ({ value: kind, label: t(`admin.mailboxes.tls.${kind}`) }))}
        value={server.tls}
        allowDeselect={false}
        disabled={disabled}
        error={errorOf(`${path}.tls`)}
        onChange={(tls) => change({ tls: tls as MailServer['tls'] })}
      />
    </fieldset>
  )
}

/** Who we are to the servers. Secrets have a field of the form of their own; here is what is not hidden. */
function SignIn({ control, settings, set }: Props) {
  const t = useT()
  const { disabled, errorOf } = control
  const setOauth = (part: Partial<MailSettings['oauth']>) => set({ oauth: { ...settings.oauth, ...part } })
  return (
    <>
      <SegmentedControl
        aria-label={t('admin.mailboxes.auth')}
        disabled={disabled}
        data={[
          { value: 'password', label: t('admin.mailboxes.auth.password') },
          { value: 'oauth2', label: t('admin.mailboxes.auth.oauth2') },
        ]}
        value={settings.auth}
        onChange={(auth) => set({ auth: auth as MailSettings['auth'] })}
      />
      <TextInput name="config.username" label={t('admin.mailboxes.username')} description={t('admin.mailboxes.usernameHelp')} autoComplete="off" value={settings.username} disabled={disabled} error={errorOf('config.username')} onChange={(e) => set({ username: e.currentTarget.value })} />
      {settings.auth === 'oauth2' && (
        <>
          <TextInput name="config.oauth.token_url" label={t('admin.mailboxes.tokenUrl')} required value={settings.oauth.token_url} disabled={disabled} error={errorOf('config.oauth.token_url')} onChange={(e) => setOauth({ token_url: e.currentTarget.value })} />
          <TextInput name="config.oauth.client_id" label={t('admin.mailboxes.clientId')} required value={settings.oauth.client_id} disabled={disabled} error={errorOf('config.oauth.client_id')} onChange={(e) => setOauth({ client_id: e.currentTarget.value })} />
          <TextInput name="config.oauth.scope" label={t('admin.mailboxes.scope')} value={settings.oauth.scope} disabled={disabled} error={errorOf('config.oauth.scope')} onChange={(e) => setOauth({ scope: e.currentTarget.value })} />
        </>
      )}
    </>
  )
}

function Look({ control, settings, set }: Props) {
  const t = useT()
  const { disabled, errorOf } = control
  return (
    <>
      <TextInput name="config.display_name" label={t('admin.mailboxes.displayName')} description={t('admin.mailboxes.displayNameHelp')} value={settings.display_name} disabled={disabled} error={errorOf('config.display_name')} onChange={(e) => set({ display_name: e.currentTarget.value })} />
      <Textarea name="config.signature" label={t('admin.mailboxes.signature')} description={t('admin.mailboxes.signatureHelp')} rows={4} value={settings.signature} disabled={disabled} error={errorOf('config.signature')} onChange={(e) => set({ signature: e.currentTarget.value })} />
      <ChooseOne
        name="config.signature_rule"
        label={t('admin.mailboxes.signatureRule')}
        description={t('admin.mailboxes.signatureRuleHelp')}
        data={(['mailbox', 'agent', 'both'] as const).map((rule) => ({ value: rule, label: t(`admin.mailboxes.signatureRule.${rule}`) }))}
        value={settings.signature_rule}
        allowDeselect={false}
        disabled={disabled}
        error={errorOf('config.signature_rule')}
        onChange={(rule) => set({ signature_rule: rule as MailSettings['signature_rule'] })}
      />
    </>
  )
}

const switches = ['plus_addressing', 'bounce_plus', 'subject_number', 'route_machines', 'import_all'] as const

function Behaviour({ control, settings, set }: Props) {
  const t = useT()
  const { disabled, errorOf } = control
  return (
    <>
      {switches.map((name) => (
        <Switch key={name} label={t(`admin.mailboxes.${name}`)} description={t(`admin.mailboxes.${name}Help`)} checked={settings[name]} disabled={disabled} error={errorOf(`config.${name}`)} onChange={(e) => set({ [name]: e.currentTarget.checked })} />
      ))}
      <TextInput name="config.folder" label={t('admin.mailboxes.folder')} placeholder="INBOX" value={settings.folder} disabled={disabled} error={errorOf('config.folder')} onChange={(e) => set({ folder: e.currentTarget.value })} />
      <TextInput name="config.done_folder" label={t('admin.mailboxes.doneFolder')} description={t('admin.mailboxes.doneFolderHelp')} value={settings.done_folder} disabled={disabled} error={errorOf('config.done_folder')} onChange={(e) => set({ done_folder: e.currentTarget.value })} />
      <TextInput name="config.trusted_server" label={t('admin.mailboxes.trustedServer')} description={t('admin.mailboxes.trustedServerHelp')} value={settings.trusted_server} disabled={disabled} error={errorOf('config.trusted_server')} onChange={(e) => set({ trusted_server: e.currentTarget.value })} />
      <TextInput name="config.dkim_selector" label={t('admin.mailboxes.dkimSelector')} description={t('admin.mailboxes.dkimSelectorHelp')} value={settings.dkim_selector} disabled={disabled} error={errorOf('config.dkim_selector')} onChange={(e) => set({ dkim_selector: e.currentTarget.value })} />
      <NumberInput name="config.per_minute" label={t('admin.mailboxes.perMinute')} allowDecimal={false} min={0} max={1000} placeholder="60" value={settings.per_minute || ''} disabled={disabled} error={errorOf('config.per_minute')} onChange={(n) => set({ per_minute: Number(n) || 0 })} />
    </>
  )
}

/** The secrets that the way of signing in needs. They are stored sealed and never shown. */
export function SecretFields({ control }: { control: Control }) {
  const t = useT()
  const { settings, has } = control.values as MailboxInput
  const secrets = control.value as MailSecrets
  const change = control.onChange as (value: MailSecrets) => void
  if (settings.transport === 'sink') return null
  const needed: (keyof MailSecrets)[] = settings.auth === 'oauth2' ? ['client_secret', 'refresh_token'] : ['password', 'smtp_password']
  return (
    <div className={parts.stack}>
      {needed.map((name) => (
        <PasswordInput
          key={name}
          name={name}
          autoComplete="new-password"
          label={t(`admin.mailboxes.${name}`)}
          description={t(has[name] ? 'admin.mailboxes.kept' : `admin.mailboxes.${name}Help`)}
          value={secrets[name]}
          disabled={control.disabled}
          error={control.errorOf(name) ?? control.errorOf(`secrets.${name}`)}
          onChange={(e) => change({ ...secrets, [name]: e.currentTarget.value })}
        />
      ))}
      {settings.dkim_selector !== '' && (
        <Textarea
          name="dkim_key"
          rows={4}
          spellCheck={false}
          label={t('admin.mailboxes.dkim_key')}
          description={t(has.dkim_key ? 'admin.mailboxes.kept' : 'admin.mailboxes.dkim_keyHelp')}
          value={secrets.dkim_key}
          disabled={control.disabled}
          error={control.errorOf('dkim_key') ?? control.errorOf('secrets.dkim_key')}
          onChange={(e) => change({ ...secrets, dkim_key: e.currentTarget.value })}
        />
      )}
    </div>
  )
}
