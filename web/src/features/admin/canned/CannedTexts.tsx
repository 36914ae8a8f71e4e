import { Button } from '@mantine/core'
import { Plus, X } from 'lucide-react'
import { type Language, useT } from '@/lib/i18n'
import type { Control } from '@/kit/resource/schema'
import { LanguageTabs } from '../parts/LanguageTabs'
import { withText } from '../parts/Words'
import type { TextsByLanguage } from '../types'
import parts from '../parts/parts.module.css'
import classes from './Canned.module.css'
import { CannedText } from './CannedText'
import { unknownIn } from './variables'

/** What a reply says in one class of channels instead: by class, then by language. */
export type Variants = Record<string, TextsByLanguage>

const channelClasses = ['chat', 'mail', 'social', 'sms'] as const
const exampleName = 'customer.first_name'

/** The reply in each language, with how it will read. */
export function CannedTexts({ control }: { control: Control }) {
  const t = useT()
  const texts = control.value as TextsByLanguage
  const anyPart = control.errorOf('texts')
  return (
    <div className={parts.stack}>
      {anyPart && Object.keys(texts).length === 0 && (
        <p className={classes.error} role="alert">
          {t('admin.canned.textNeeded')}
        </p>
      )}
      <Languages path="texts" texts={texts} control={control} onChange={control.onChange as (texts: TextsByLanguage) => void} />
      <p className={parts.hint}>{t('admin.canned.fallbackHelp', { example: `{{${exampleName}|${t('admin.canned.fallbackWord')}}}` })}</p>
    </div>
  )
}

/** What is said otherwise, for each class of channels that needs it. */
export function CannedVariants({ control }: { control: Control }) {
  const t = useT()
  const variants = control.value as Variants
  const set = control.onChange as (variants: Variants) => void
  const free = channelClasses.filter((c) => variants[c] === undefined)
  const without = (channel: string): Variants => {
    const { [channel]: _gone, ...rest } = variants
    return rest
  }
  return (
    <div className={parts.stack}>
      <p className={parts.hint}>{t('admin.canned.byChannelHelp')}</p>
      {channelClasses.map((c) => {
        const texts = variants[c]
        if (texts === undefined) return null
        return (
          <section key={c} className={parts.card} aria-label={t(`channel.${c}`)}>
            <h3>{t(`channel.${c}`)}</h3>
            <Languages path={`variants.${c}`} texts={texts} control={control} onChange={(next) => set({ ...variants, [c]: next })} />
            {!control.disabled && (
              <div className={parts.actions}>
                <Button size="xs" variant="subtle" leftSection={<X size={13} />} onClick={() => set(without(c))}>
                  {t('admin.canned.channelRemove', { channel: t(`channel.${c}`) })}
                </Button>
              </div>
            )}
          </section>
        )
      })}
      {!control.disabled && (
        <div className={parts.actions}>
          {free.map((c) => (
            <Button key={c} size="xs" variant="default" leftSection={<Plus size={13} />} onClick={() => set({ ...variants, [c]: {} })}>
              {t('admin.canned.channelAdd', { channel: t(`channel.${c}`) })}
            </Button>
          ))}
        </div>
      )}
    </div>
  )
}

/** Variants without those classes in which nothing was written. */
export const written = (variants: Variants): Variants => Object.fromEntries(Object.entries(variants).filter(([, texts]) => Object.keys(texts).length > 0))

function Languages({ path, texts, control, onChange }: { path: string; texts: TextsByLanguage; control: Control; onChange: (texts: TextsByLanguage) => void }) {
  const t = useT()
  const errorOf = (l: Language) => (texts[l] === undefined ? undefined : control.errorOf(`${path}.${l}`))
  const isWrong = (l: Language) => errorOf(l) !== undefined || unknownIn(texts[l] ?? '') !== undefined
  return (
    <LanguageTabs label={t('admin.language')} start={t.language} markOf={(l) => (isWrong(l) ? 'wrong' : texts[l] ? 'filled' : undefined)}>
      {(l) => (
        <CannedText
          name={`${path}.${l}`}
          label={t('admin.canned.text')}
          language={l}
          brand={(control.values as { brand_id: string | null }).brand_id}
          value={texts[l] ?? ''}
          disabled={control.disabled}
          error={errorOf(l)}
          onChange={(text) => onChange(withText(texts, l, text))}
        />
      )}
    </LanguageTabs>
  )
}
