import { Alert, Button } from '@mantine/core'
import { ExternalLink } from 'lucide-react'
import type { Key } from '@/lib/i18n'
import { useT } from '@/lib/i18n'
import { CopyField } from '../parts/CopyField'
import type { ChannelForm } from '../types'
import { type AccountInput, textOf, there } from './form'
import classes from '../channels/Channels.module.css'

/** What has to be done at the provider before an account can be connected, with the words to copy. */
export function Guide({ form, values }: { form: ChannelForm | undefined; values: AccountInput }) {
  const t = useT()
  if (!form) return null
  if (form.unable) {
    return (
      <Alert color="yellow" variant="light">
        {t(`error.${form.unable}` as Key)}
      </Alert>
    )
  }
  const steps = form.guide.filter((step) => there(step.when, values))
  return (
    <div className={classes.stack}>
      {steps.map((step, i) => (
        <section key={step.step} className={classes.stack}>
          <p>
            {steps.length > 1 && `${i + 1}. `}
            {t(textOf(form.channel, `guide.${step.step}`))}
          </p>
          {step.copy.map((copy) => (
            <CopyField key={copy.name} label={t(textOf(form.channel, `copy.${copy.name}`))} value={ours(copy.value)} />
          ))}
          {step.copy.filter(isPage).map((copy) => (
            <Button key={copy.name} component="a" href={copy.value} target="_blank" rel="noreferrer" variant="light" leftSection={<ExternalLink size={15} />} className={classes.start}>
              {t('admin.accounts.open')}
            </Button>
          ))}
          {step.words.length > 0 && <code className={classes.words}>{step.words.join(', ')}</code>}
        </section>
      ))}
    </div>
  )
}

/** Whether it is a page of the provider, to be opened by who connects. */
const isPage = ({ name, value }: { name: string; value: string }) => name === 'sign_in' && value.startsWith('https://')

/** An address of ours in full: we know it better than the server where it was not told. */
export const ours = (value: string) => (value.startsWith('/') ? new URL(value, window.location.origin).href : value)
