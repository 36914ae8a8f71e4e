import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useState } from 'react'
import { useT } from '@/lib/i18n'
import { Avatar } from '@/kit/Avatar'
import { moved } from '@/kit/listKeys'
import { ErrorState } from '@/kit/states'
import { SearchField } from '../../knowledge/SearchField'
import { findQuery } from './api'
import classes from './Privacy.module.css'

/** A key as certificates say it: longer than any telephone number. */
const keyForm = /^\d{16,19}$/

/** Where one finds the person whose data it is about: by name, address or number. */
export function FindCustomer() {
  const t = useT()
  const navigate = useNavigate()
  const [words, setWords] = useState('')
  const [index, setIndex] = useState(-1)
  const asked = useQuery(findQuery(words))
  const byKey = keyForm.test(words)
  const found = words === '' ? [] : (asked.data ?? [])
  const open = (key: string) => void navigate({ to: '/admin/privacy', search: { open: key } })
  const onArrows = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (by === undefined || byKey) return
    event.preventDefault()
    setIndex(moved(index, by, found.length))
  }
  // Only who was chosen is opened: what stands here may still be the answer to words before.
  const onEnter = (typed: string) => {
    const chosen = asked.isPlaceholderData ? undefined : found[index]
    if (keyForm.test(typed)) open(typed)
    else if (chosen && typed === words) open(chosen.id)
  }
  const search = (next: string) => {
    setWords(next)
    setIndex(-1)
  }
  return (
    <section className={classes.part}>
      <h2>{t('admin.privacy.find')}</h2>
      <SearchField label={t('admin.privacy.find')} value={words} onSearch={search} onKeyDown={onArrows} onEnter={onEnter} />
      <p className={classes.hint}>{t('admin.privacy.findHelp')}</p>
      {asked.isError && !asked.data && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
      <p className="sr-only" role="status">
        {words !== '' && asked.data ? `${t('admin.privacy.found')}: ${byKey ? 1 : found.length}` : ''}
      </p>
      {byKey && (
        <ul className={classes.items} aria-label={t('admin.privacy.found')}>
          <li>
            <Link to="/admin/privacy" search={{ open: words }}>
              {t('admin.privacy.byKey', { key: words })}
            </Link>
          </li>
        </ul>
      )}
      {!byKey && words !== '' && asked.data?.length === 0 && <p className={classes.hint}>{t('admin.privacy.foundNone')}</p>}
      {!byKey && found.length > 0 && (
        <ul className={classes.items} aria-label={t('admin.privacy.found')}>
          {found.map((c, i) => (
            <li key={c.id} data-active={i === index || undefined}>
              <Avatar name={c.name || '?'} size={28} />
              <span className={classes.grow}>
                <Link to="/admin/privacy" search={{ open: c.id }}>
                  {c.name || t('customers.unnamed')}
                </Link>{' '}
                <span className={classes.hint}>{[c.email, c.phone, c.company].filter(Boolean).join(' · ')}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
