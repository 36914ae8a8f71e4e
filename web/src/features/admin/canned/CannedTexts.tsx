import { Button, Textarea } from '@mantine/core'
import { useRef } from 'react'
import { type Language, useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import type { Control } from '@/kit/resource/schema'
import { LanguageTabs } from '../parts/LanguageTabs'
import { useBrands } from '../parts/lookups'
import { withText } from '../parts/Words'
import type { TextsByLanguage } from '../types'
import parts from '../parts/parts.module.css'
import classes from './Canned.module.css'
import { filled, variables } from './variables'

/** The reply in each language, with how it will read. */
export function CannedTexts({ control }: { control: Control }) {
  const t = useT()
  const texts = control.value as TextsByLanguage
  const set = control.onChange as (texts: TextsByLanguage) => void
  const errorOf = (l: Language) => control.errorOf(`texts.${l}`)
  const anyPart = control.errorOf('texts')
  return (
    <div className={parts.stack}>
      {anyPart && Object.keys(texts).length === 0 && (
        <p className={classes.error} role="alert">
          {t('admin.canned.textNeeded')}
        </p>
      )}
      <LanguageTabs label={t('admin.language')} start={t.language} markOf={(l) => (errorOf(l) && texts[l] ? 'wrong' : texts[l] ? 'filled' : undefined)}>
        {(l) => <OneText language={l} brand={(control.values as { brand_id: string | null }).brand_id} value={texts[l] ?? ''} disabled={control.disabled} error={texts[l] === undefined ? undefined : errorOf(l)} onChange={(text) => set(withText(texts, l, text))} />}
      </LanguageTabs>
    </div>
  )
}

interface OneProps {
  language: Language
  brand: string | null
  value: string
  disabled: boolean
  error: string | undefined
  onChange: (text: string) => void
}

function OneText({ language, brand, value, disabled, error, onChange }: OneProps) {
  const t = useT()
  const area = useRef<HTMLTextAreaElement>(null)
  const insert = (variable: string) => {
    const [from, to] = [area.current?.selectionStart ?? value.length, area.current?.selectionEnd ?? value.length]
    onChange(`${value.slice(0, from)}{{${variable}}}${value.slice(to)}`)
    area.current?.focus()
  }
  return (
    <>
      <Textarea ref={area} lang={language} name={`texts.${language}`} label={t('admin.canned.text')} minRows={4} value={value} disabled={disabled} error={error} onChange={(e) => onChange(e.currentTarget.value)} />
      {!disabled && (
        <div className={parts.actions}>
          {variables.map((v) => (
            <Button key={v} size="xs" variant="default" onClick={() => insert(v)}>
              + {t(`admin.canned.variable.${v}`)}
            </Button>
          ))}
        </div>
      )}
      {value && <Reading text={value} brand={brand} language={language} />}
    </>
  )
}

function Reading({ text, brand, language }: { text: string; brand: string | null; language: Language }) {
  const t = useT()
  const { user } = useSignedIn()
  const { brands, nameOf } = useBrands()
  const values = { 'customer.name': t('admin.canned.sampleCustomer'), 'agent.name': user.name, 'brand.name': nameOf(brand ?? undefined) ?? brands[0]?.name ?? '' }
  const pieces = filled(text, values)
  const unknown = pieces.filter((p) => p.variable !== undefined && !p.known)
  return (
    <figure className={classes.reading}>
      <figcaption>{t('admin.canned.preview')}</figcaption>
      <p className={classes.bubble} lang={language}>
        {pieces.map((p, i) => (
          <span key={i} className={p.variable === undefined ? undefined : p.known ? classes.known : classes.unknown}>
            {p.text}
          </span>
        ))}
      </p>
      {unknown.length > 0 && <p className={classes.warn}>{t('admin.canned.unknown', { names: unknown.map((p) => p.variable).join(', ') })}</p>}
    </figure>
  )
}
