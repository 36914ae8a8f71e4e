import { Button } from '@mantine/core'
import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { ImageUp, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { toProblem } from '@/lib/api/problem'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { FileDrop, useFileCheck } from '@/kit/FileDrop'
import { useToasts } from '@/kit/toast'
import { keys } from '../api'
import type { Brand } from '../types'
import parts from '../parts/parts.module.css'
import classes from './Brands.module.css'

const limits = { maxFiles: 1, maxBytes: 512 * 1024 }
const types = 'image/png,image/jpeg,image/webp'

/** The picture of a brand: drop it, paste it or choose it. */
export function LogoTab({ brand }: { brand: Brand }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const check = useFileCheck(limits)
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const picture = useLogo(brand)
  const editable = useCan('brand.edit') && brand.archived_at === undefined

  const change = async (commit: () => Promise<unknown>, done: string) => {
    setBusy(true)
    setProblem(undefined)
    try {
      await commit()
      await cache.invalidateQueries({ queryKey: keys.brands })
      toasts.show({ kind: 'done', text: done })
    } catch (error) {
      setProblem(problemText(t, error))
    } finally {
      setBusy(false)
    }
  }
  const take = (files: readonly File[]) => {
    const { taken, refused } = check(files, 0)
    const [file] = taken
    if (file) void change(() => putLogo(brand.id, file), t('admin.brands.logoSaved'))
    else setProblem(refused[0]?.reason)
  }
  return (
    <FileDrop onFiles={take} disabled={!editable}>
      <div className={parts.stack}>
        <div className={classes.logo}>{picture ? <img src={picture} alt={t('admin.brands.logoOf', { name: brand.name })} /> : <span className={parts.hint}>{brand.logo_url ? t('state.loading') : t('admin.brands.noLogo')}</span>}</div>
        <p className={parts.hint}>{t('admin.brands.logoHelp')}</p>
        {problem && (
          <p className={classes.problem} role="alert">
            {problem}
          </p>
        )}
        {editable && (
          <div className={parts.actions}>
            <input ref={input} type="file" accept={types} hidden aria-label={t('admin.brands.logoChoose')} onChange={(e) => take([...(e.currentTarget.files ?? [])])} />
            <Button variant="default" leftSection={<ImageUp size={16} />} loading={busy} onClick={() => input.current?.click()}>
              {t('admin.brands.logoChoose')}
            </Button>
            {brand.logo_url && (
              <Button variant="subtle" color="danger" leftSection={<Trash2 size={16} />} disabled={busy} onClick={() => void change(() => ok(api.DELETE('/api/v1/brands/{id}/logo', { params: { path: { id: brand.id } } })), t('admin.brands.logoRemoved'))}>
                {t('admin.brands.logoRemove')}
              </Button>
            )}
          </div>
        )}
      </div>
    </FileDrop>
  )
}

/** Sends a picture as it is; the schema has no other word for a file than text. */
const putLogo = (id: string, file: Blob) =>
  ok(api.PUT('/api/v1/brands/{id}/logo', { params: { path: { id } }, body: file as unknown as string, bodySerializer: (body) => body, headers: { 'Content-Type': 'application/octet-stream' } }))

/** The present logo, past the browser's cache: its address stays the same when the picture changes. */
function useLogo({ id, logo_url, updated_at }: Brand): string | undefined {
  const { data } = useQuery({ queryKey: [...keys.brands, id, 'logo', updated_at], queryFn: logo_url ? () => pictureAt(logo_url) : skipToken })
  return logo_url && data
}

/** A picture as an address that holds it whole. */
async function pictureAt(address: string): Promise<string> {
  const answer = await fetch(address, { cache: 'no-cache' })
  if (!answer.ok) throw toProblem(answer, undefined)
  const reader = new FileReader()
  return new Promise((done, fail) => {
    reader.addEventListener('load', () => done(String(reader.result)))
    reader.addEventListener('error', () => fail(reader.error))
    answer.blob().then((blob) => reader.readAsDataURL(blob), fail)
  })
}
