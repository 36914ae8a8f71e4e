import { Fragment } from 'react'
import { useT } from '../i18n'
import { keyNames } from './chord'
import classes from './KeyCaps.module.css'

/** The keys of a command as caps: Ctrl K, or G then C. */
export function KeyCaps({ keys }: { keys: string }) {
  const t = useT()
  if (!keys) return null
  return (
    <span className={classes.caps}>
      {keys.split(' ').map((chord, i) => (
        <Fragment key={`${i}${chord}`}>
          {i > 0 && <span>{t('keys.then')}</span>}
          {keyNames(chord).map((name) => (
            <kbd key={name} className={classes.cap}>
              {name}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  )
}
