import { SegmentedControl } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { type Language, languageList, languages } from '@/lib/i18n'
import classes from './parts.module.css'

interface Props {
  label: string
  /** Whether something in a language is filled, or wrong. */
  markOf: (language: Language) => 'filled' | 'wrong' | undefined
  children: (language: Language) => ReactNode
  start?: Language
}

/** Texts in several languages, one language shown at a time. Those with an error say so. */
export function LanguageTabs({ label, markOf, children, start = 'en' }: Props) {
  const [shown, setShown] = useState<Language>(start)
  return (
    <div className={classes.languages}>
      <SegmentedControl
        aria-label={label}
        value={shown}
        onChange={(value) => setShown(value as Language)}
        data={languageList.map((l) => ({
          value: l,
          label: (
            <span className={classes.language} data-mark={markOf(l)} lang={l}>
              {languages[l]}
            </span>
          ),
        }))}
      />
      {languageList.map((l) => (
        <div key={l} hidden={l !== shown} className={classes.languageBody}>
          {children(l)}
        </div>
      ))}
    </div>
  )
}
