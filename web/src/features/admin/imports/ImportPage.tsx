import { Button, FileInput, Select } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { Page } from '@/kit/Page'
import { ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { choices, every } from '../api'
import classes from '../privacy/Privacy.module.css'
import { importsQuery, root, upload } from './api'
import { ImportView } from './ImportView'

/** Files of customers: upload, look, check, import. */
export function ImportPage() {
  const t = useT()
  const open = useSearch({ strict: false }).open
  return (
    <Page title={t('admin.import.title')}>
      <div className={classes.page}>
        <p className={classes.intro}>{t('admin.import.intro')}</p>
        <Upload />
        {open && <ImportView key={open} id={open} />}
        <Earlier />
      </div>
    </Page>
  )
}

function Upload() {
  const t = useT()
  const toasts = useToasts()
  const cache = useQueryClient()
  const navigate = useNavigate()
  const brands = useQuery(choices(every.brands)).data ?? []
  const [brand, setBrand] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [busy, setBusy] = useState(false)
  const chosen = brand || brands[0]?.value || ''
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (!file) return
    setBusy(true)
    try {
      const made = await upload(chosen, file)
      await cache.invalidateQueries({ queryKey: root })
      toasts.show({ kind: 'done', text: t('admin.import.uploaded') })
      void navigate({ to: '/admin/import', search: { open: made.id } })
      setFile(null)
    } catch (error) {
      toasts.show({ kind: 'error', text: problemText(t, error) })
    }
    setBusy(false)
  }
  return (
    <form className={classes.row} onSubmit={(e) => void send(e)}>
      <Select className={classes.grow} label={t('admin.brands.title')} data={brands} value={chosen} allowDeselect={false} onChange={(v) => setBrand(v ?? '')} />
      <FileInput className={classes.grow} label={t('admin.import.file')} accept=".csv,.txt,.tsv,.xlsx" value={file} onChange={setFile} />
      <Button type="submit" loading={busy} disabled={!file || !chosen}>
        {t('admin.import.upload')}
      </Button>
    </form>
  )
}

function Earlier() {
  const t = useT()
  const asked = useQuery(importsQuery)
  return (
    <section className={classes.part}>
      <h2>{t('admin.import.earlier')}</h2>
      {asked.isPending && <SkeletonRows plain rows={3} />}
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      {asked.data?.items.length === 0 && <p className={classes.hint}>{t('admin.import.none')}</p>}
      {asked.data !== undefined && asked.data.items.length > 0 && (
        <ul className={classes.items}>
          {asked.data.items.map((i) => (
            <li key={i.id}>
              <Link className={classes.grow} to="/admin/import" search={{ open: i.id }}>
                {i.name}
              </Link>
              <span>{t(`admin.import.state.${i.state}`)}</span>
              <span className={classes.hint}>
                <Ago at={i.made_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
