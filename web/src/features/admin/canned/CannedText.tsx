import { Button, Textarea } from '@mantine/core'
import { useRef } from 'react'
import { type Language, useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { useBrands } from '../parts/lookups'
import parts from '../parts/parts.module.css'
import classes from './Canned.module.css'
import { filled, unknownIn, variables } from './variables'

interface Props {
  /** The path of the text, as the server names it. */
  name: string
  label: string
  language: Language
  brand: string | null
  value: string
  disabled: boolean
  error: string | undefined
  onChange: (text: string) => void
}

/** The text of a reply in one language, with its variables and how it will read. */
export function CannedText({ name, label, language, brand, value, disabled, error, onChange }: Props) {
  const t = useT()
  const area = useRef<HTMLTextAreaElement>(null)
  const insert = (variable: string) => {
    const [from, to] = [area.current?.selectionStart ?? value.length, area.current?.selectionEnd ?? value.length]
    onChange(`${value.slice(0, from)}{{${variable}}}${value.slice(to)}`)
    area.current?.focus()
  }
  const unknown = unknownIn(value)
  const wrong = error ?? (unknown === undefined ? undefined : t('error.canned.variable', { name: unknown, allowed: variables.join(', ') }))
  return (
    <>
      <Textarea ref={area} lang={language} name={name} label={label} minRows={4} value={value} disabled={disabled} error={wrong} onChange={(e) => onChange(e.currentTarget.value)} />
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
  const customer = t('admin.canned.sampleCustomer')
  const values = {
    'customer.name': customer,
    'customer.first_name': givenName(customer, language),
    'agent.name': user.name,
    'agent.first_name': givenName(user.name, language),
    'brand.name': nameOf(brand ?? undefined) ?? brands[0]?.name ?? '',
    'conversation.subject': t('admin.canned.sampleSubject'),
  }
  return (
    <figure className={classes.reading}>
      <figcaption>{t('admin.canned.preview')}</figcaption>
      <p className={classes.bubble} lang={language}>
        {filled(text, values).map((p, i) => (
          <span key={i} className={p.variable === undefined ? undefined : p.known ? classes.known : classes.unknown}>
            {p.text}
          </span>
        ))}
      </p>
    </figure>
  )
}

/** The given name within a name: Hungarians write it last. */
function givenName(name: string, language: string): string {
  const words = name.trim().split(/\s+/)
  return (language === 'hu' ? words.at(-1) : words[0]) ?? name
}
