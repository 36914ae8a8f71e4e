import { Alert, Button, FileButton, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { formatFull } from '@/lib/time'
import { FileDrop } from '@/kit/FileDrop'
import { type CheckedCertificate, checkCertificate, checkChain } from './api'
import { Counts, Stays } from './Erasures'
import classes from './Privacy.module.css'

const mostBytes = 512 * 1024

/** Says whether a certificate that somebody shows was issued here, and what it says. */
export function CheckCertificate() {
  const t = useT()
  const [text, setText] = useState('')
  const [tooLarge, setTooLarge] = useState(false)
  const asked = useMutation({ mutationFn: checkCertificate })
  const change = (next: string) => {
    setText(next)
    setTooLarge(false)
    asked.reset()
  }
  const read = async (file: File | null | undefined) => {
    if (!file) return
    change(file.size > mostBytes ? '' : await file.text())
    setTooLarge(file.size > mostBytes)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    asked.mutate(text)
  }
  return (
    <section className={classes.part}>
      <h2>{t('admin.privacy.check')}</h2>
      <FileDrop onFiles={(files) => void read(files[0])}>
        <form className={classes.part} onSubmit={submit}>
          <Textarea
            label={t('admin.privacy.checkText')}
            description={t('admin.privacy.checkHelp')}
            autosize={false}
            rows={5}
            classNames={{ input: classes.pasted }}
            maxLength={mostBytes}
            spellCheck={false}
            value={text}
            error={tooLarge ? t('admin.privacy.checkTooLarge') : asked.isError ? problemText(t, asked.error) : undefined}
            onChange={(e) => change(e.currentTarget.value)}
          />
          <div className={classes.row}>
            <Button type="submit" disabled={text.trim() === ''} loading={asked.isPending}>
              {t('admin.privacy.checkNow')}
            </Button>
            <FileButton accept=".json,application/json" onChange={(file) => void read(file)}>
              {(props) => (
                <Button variant="default" {...props}>
                  {t('admin.privacy.checkFile')}
                </Button>
              )}
            </FileButton>
          </div>
        </form>
      </FileDrop>
      <div aria-live="polite">{asked.data && <Verdict checked={asked.data} />}</div>
      <Chain />
    </section>
  )
}

function Verdict({ checked }: { checked: CheckedCertificate }) {
  const t = useT()
  const { verdict, differs, sound, number } = checked
  const good = verdict === 'genuine'
  const named = checked.customer_ids.slice(0, mostNamed).join(', ')
  return (
    <div className={classes.part}>
      <Alert color={good ? 'accent' : 'danger'} icon={good ? <ShieldCheck size={18} aria-hidden /> : <ShieldAlert size={18} aria-hidden />}>
        <p>{t(`admin.privacy.verdict.${verdict}`, { number })}</p>
        {differs.length > 0 && <p>{t('admin.privacy.differs', { parts: differs.join(', ') })}</p>}
        {good && !sound && <p>{t('admin.privacy.unsound')}</p>}
      </Alert>
      <h3>{t('admin.privacy.says')}</h3>
      <p>{t('admin.privacy.saysBy', { name: checked.requested_by, from: formatFull(checked.requested_at, t.language), to: formatFull(checked.finished_at, t.language) })}</p>
      {checked.customer_ids.length > 0 && <p className={classes.wrapped}>{t('admin.privacy.saysOf', { count: checked.customer_ids.length, keys: named })}</p>}
      {checked.organisation_ids.length > 0 && <p className={classes.wrapped}>{t('admin.privacy.saysOfFirms', { count: checked.organisation_ids.length, keys: checked.organisation_ids.slice(0, mostNamed).join(', ') })}</p>}
      {checked.reference && (
        <p className={classes.wrapped}>
          {t('admin.privacy.reference')}: {checked.reference}
        </p>
      )}
      <h3>{t('admin.privacy.went')}</h3>
      <Counts counts={checked.removed} />
      <h3>{t('admin.privacy.stayed')}</h3>
      <Stays left={checked.left} />
    </div>
  )
}

const mostNamed = 20

/** Whether all certificates still follow each other as they were issued. */
function Chain() {
  const t = useT()
  const asked = useMutation({ mutationFn: checkChain })
  const found = asked.data
  return (
    <div className={classes.row}>
      <Button variant="default" loading={asked.isPending} onClick={() => asked.mutate()}>
        {t('admin.privacy.chainCheck')}
      </Button>
      <span className={classes.grow} role="status">
        {asked.isError && problemText(t, asked.error)}
        {found && (found.broken > 0 ? t('admin.privacy.chainBroken', { number: found.broken }) : t('admin.privacy.chainGood', { count: found.certificates }))}
      </span>
    </div>
  )
}
