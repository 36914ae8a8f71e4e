import { Alert } from '@mantine/core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { keys } from '../api'
import { CopyField } from '../parts/CopyField'
import classes from '../channels/Channels.module.css'

const setup = queryOptions({ queryKey: keys.metaApp, queryFn: () => ok(api.GET('/api/v1/meta-app')), staleTime: 60_000 })

/** What has to be done at Meta before a page can be connected, with the words to copy. */
export function Steps() {
  const t = useT()
  const app = useQuery(setup)
  if (app.isPending) return <SkeletonRows rows={4} height="36px" />
  if (app.isError) return <ErrorState error={app.error} onRetry={() => void app.refetch()} />
  const { ready, callback_url, verify_token, scopes, fields } = app.data
  if (!ready) {
    return (
      <Alert color="yellow" variant="light">
        {t('error.meta.no_app')}
      </Alert>
    )
  }
  return (
    <div className={classes.stack}>
      <p>{t('admin.facebook.stepHook')}</p>
      <CopyField label={t('admin.facebook.callback')} value={new URL(callback_url, window.location.origin).href} />
      <CopyField label={t('admin.facebook.verify')} value={verify_token ?? ''} />
      <p>{t('admin.facebook.stepFields')}</p>
      <code className={classes.words}>{(fields ?? []).join(', ')}</code>
      <p>{t('admin.facebook.stepToken')}</p>
      <code className={classes.words}>{(scopes ?? []).join(', ')}</code>
    </div>
  )
}
