import { TextInput, Textarea } from '@mantine/core'
import { languageList, languages } from '@/lib/i18n'
import type { TextsByLanguage } from '../types'
import classes from './parts.module.css'

interface Props {
  label: string
  name: string
  value: TextsByLanguage
  errorOf: (path: string) => string | undefined
  disabled?: boolean
  long?: boolean
  onChange: (value: TextsByLanguage) => void
}

/** One short text in every language, one below the other. Empty ones are left out. */
export function Words({ label, name, value, errorOf, disabled, long, onChange }: Props) {
  const Control = long ? Textarea : TextInput
  const wholeError = languageList.some((l) => errorOf(`${name}.${l}`)) ? undefined : errorOf(name)
  return (
    <fieldset className={classes.words}>
      <legend>{label}</legend>
      {languageList.map((l, i) => (
        <Control
          key={l}
          name={i === 0 ? name : `${name}.${l}`}
          lang={l}
          aria-label={`${label}: ${languages[l]}`}
          leftSection={<span className={classes.code2}>{l}</span>}
          value={value[l] ?? ''}
          disabled={disabled}
          minRows={2}
          error={errorOf(`${name}.${l}`) ?? (i === 0 ? wholeError : undefined)}
          onChange={(e) => onChange(withText(value, l, e.currentTarget.value))}
        />
      ))}
    </fieldset>
  )
}

/** Texts with one of them changed; an empty one is no text. */
export function withText(texts: TextsByLanguage, language: string, text: string): TextsByLanguage {
  const { [language]: _, ...rest } = texts
  return text === '' ? rest : { ...rest, [language]: text }
}
