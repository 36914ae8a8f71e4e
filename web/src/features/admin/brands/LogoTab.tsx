import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { ImageUp, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { FileDrop, useFileCheck } from '@/kit/FileDrop'
import { useToasts } from '@/kit/toast'
import { brands, keys } from '../api'
import { put, tell } from '../parts/collection'
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
  const [version, setVersion] = useState(0)
  const editable = useCan('brand.edit') && brand.archived_at === undefined
  const path = `${brands.path}/${brand.id}/logo`

  const change = async (commit: () => Promise<unknown>, done: string) => {
    setBusy(true)
    setProblem(undefined)
    try {
      await commit()
      await cache.invalidateQueries({ queryKey: keys.brands })
      setVersion((v) => v + 1)
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
    if (file) void change(() => put(path, file), t('admin.brands.logoSaved'))
    else setProblem(refused[0]?.reason)
  }
  return (
    <FileDrop onFiles={take} disabled={!editable}>
      <div className={parts.stack}>
        <div className={classes.logo}>{brand.logo_url ? <img src={`${brand.logo_url}?v=${version}`} alt={t('admin.brands.logoOf', { name: brand.name })} /> : <span className={parts.hint}>{t('admin.brands.noLogo')}</span>}</div>
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
              <Button variant="subtle" color="danger" leftSection={<Trash2 size={16} />} disabled={busy} onClick={() => void change(() => tell('DELETE', path), t('admin.brands.logoRemoved'))}>
                {t('admin.brands.logoRemove')}
              </Button>
            )}
          </div>
        )}
      </div>
    </FileDrop>
  )
}
