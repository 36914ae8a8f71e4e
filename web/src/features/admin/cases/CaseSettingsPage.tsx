import { Alert, Button, NumberInput, TagsInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { useForm } from '@/kit/form'
import { Page } from '@/kit/Page'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { type CaseSettings, settingsQuery } from '../../cases/settings'
import classes from './CaseSetup.module.css'

const mostDays = 365
const mostTopics = 50
const longestTopic = 100

/** What holds for all cases: how long an ended one is taken up again, and which topics are offered. */
export function CaseSettingsPage() {
  const t = useT()
  const asked = useQuery(settingsQuery)
  return (
    <Page title={t('admin.caseSettings.title')}>
      {asked.isPending && <SkeletonRows plain rows={3} height="44px" />}
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data && <Fields key={JSON.stringify(asked.data)} settings={asked.data} />}
    </Page>
  )
}

function Fields({ settings }: { settings: CaseSettings }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const disabled = !useCan('case.setup', 'brand')
  const { values, set, errorOf, summary, busy, dirty, onSubmit } = useForm<CaseSettings>({
    initial: { reopen_days: settings.reopen_days, topics: settings.topics },
    submit: async (body) => {
      cache.setQueryData(settingsQuery.queryKey, await ok(api.PUT('/api/v1/case-settings', { body })))
      toasts.show({ kind: 'done', text: t('admin.caseSettings.saved') })
    },
  })
  return (
    <form className={classes.settings} onSubmit={onSubmit} noValidate>
      {summary && (
        <Alert color="danger" role="alert">
          {summary}
        </Alert>
      )}
      <NumberInput name="reopen_days" label={t('admin.caseSettings.reopen')} description={t('admin.caseSettings.reopenHelp')} min={0} max={mostDays} allowDecimal={false} disabled={disabled} value={values.reopen_days} error={errorOf('reopen_days')} onChange={(v) => set('reopen_days', Number(v) || 0)} />
      <TagsInput
        name="topics"
        label={t('admin.caseSettings.topics')}
        description={t('admin.caseSettings.topicsHelp')}
        placeholder={values.topics.length === 0 ? t('admin.caseSettings.topicsNone') : undefined}
        maxTags={mostTopics}
        maxLength={longestTopic}
        disabled={disabled}
        clearable={false}
        value={values.topics}
        error={errorOf('topics')}
        onChange={(topics) => set('topics', topics)}
      />
      {!disabled && (
        <div>
          <Button type="submit" loading={busy} disabled={!dirty}>
            {t('act.save')}
          </Button>
        </div>
      )}
    </form>
  )
}
