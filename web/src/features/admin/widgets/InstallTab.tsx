import { Alert, Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Badge } from '@/kit/Badge'
import { keys } from '../api'
import { CopyField } from '../parts/CopyField'
import { Once } from '../parts/Once'
import type { EntryPoint } from '../types'
import parts from '../parts/parts.module.css'
import { snippetOf } from './settings'

/** How a widget comes to a page, and the secret with which a site says who its visitors are. */
export function InstallTab({ point }: { point: EntryPoint }) {
  const t = useT()
  return (
    <div className={parts.stack}>
      <CopyField label={t('admin.widgets.snippet')} help={t('admin.widgets.snippetHelp')} value={snippetOf(point.address)} />
      <CopyField label={t('admin.widgets.key')} value={point.address} />
      <Secret point={point} />
    </div>
  )
}

function Secret({ point }: { point: EntryPoint }) {
  const t = useT()
  const cache = useQueryClient()
  const rotate = useMutation({
    mutationFn: () => ok(api.POST('/api/v1/entry-points/{id}/secret', { params: { path: { id: point.id } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.entryPoints }),
  })
  const locked = point.archived_at !== undefined
  return (
    <section className={parts.card}>
      <header className={parts.line}>
        <h3 className={parts.grow}>{t('admin.widgets.secret')}</h3>
        <Badge tone={point.has_secret ? 'ok' : 'neutral'}>{t(point.has_secret ? 'admin.widgets.secretSet' : 'admin.widgets.secretNone')}</Badge>
      </header>
      <p className={parts.hint}>{t('admin.widgets.secretHelp')}</p>
      {rotate.isError && (
        <Alert color="danger" role="alert">
          {problemText(t, rotate.error)}
        </Alert>
      )}
      {rotate.data && <Once text={t('admin.widgets.secretOnce')} label={t('admin.widgets.secret')} value={rotate.data.secret} />}
      {!locked && (
        <div>
          <Button variant="default" leftSection={<KeyRound size={16} />} loading={rotate.isPending} onClick={() => rotate.mutate()}>
            {t(point.has_secret ? 'admin.widgets.secretRotate' : 'admin.widgets.secretMake')}
          </Button>
          {point.has_secret && <p className={parts.hint}>{t('admin.widgets.secretEnds')}</p>}
        </div>
      )}
    </section>
  )
}
