import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, Suspense, useId, useRef, useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { lazyPart } from '@/lib/parts'
import { useToasts } from '@/kit/toast'
import { signatureQuery } from '../mail/api'
import type { RichHandle } from '../mail/RichText'
import classes from './Me.module.css'

const RichText = lazyPart(async () => (await import('../mail/RichText')).RichText)

/** What stands below one's own mails. */
export function SignatureForm() {
  const kept = useQuery(signatureQuery).data
  return kept === undefined ? null : <Form key={kept} kept={kept} />
}

const nothing = () => undefined

function Form({ kept }: { kept: string }) {
  const t = useT()
  const id = useId()
  const cache = useQueryClient()
  const toasts = useToasts()
  const handle = useRef<RichHandle>(null)
  const [html, setHtml] = useState(kept)
  const [busy, setBusy] = useState(false)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      const stored = await ok(api.PUT('/api/v1/me/signature', { body: { html } }))
      cache.setQueryData(signatureQuery.queryKey, stored.html)
      toasts.show({ kind: 'done', text: t('me.signatureSaved') })
    } catch (error) {
      toasts.show({ kind: 'error', text: problemText(t, error), error })
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className={classes.signature} aria-labelledby={id} onSubmit={(event) => void save(event)}>
      <div>
        <h3 id={id}>{t('me.signature')}</h3>
        <p className={classes.hint}>{t('me.signatureHelp')}</p>
      </div>
      <div className={classes.signatureText}>
        <Suspense fallback={null}>
          <RichText label={t('me.signature')} html={kept} handle={handle} onChange={setHtml} onLook={nothing} onKeyDown={nothing} onBlur={nothing} />
        </Suspense>
      </div>
      <Button type="submit" loading={busy} disabled={html === kept}>
        {t('act.save')}
      </Button>
    </form>
  )
}
