import { Textarea } from '@mantine/core'
import { type Language, useT } from '@/lib/i18n'
import type { Control } from '@/kit/resource/schema'
import { LanguageTabs } from '../parts/LanguageTabs'
import { withText } from '../parts/Words'
import type { TextsByLanguage } from '../types'
import { textKinds } from './form'

/** What customers of a queue are told, in each language. */
export function QueueTexts({ control }: { control: Control }) {
  const t = useT()
  const texts = control.value as Record<string, TextsByLanguage>
  const set = control.onChange as (value: Record<string, TextsByLanguage>) => void
  const markOf = (l: Language) => (textKinds.some((k) => control.errorOf(`texts.${k}.${l}`)) ? 'wrong' : textKinds.some((k) => texts[k]?.[l]) ? 'filled' : undefined)
  return (
    <LanguageTabs label={t('admin.language')} markOf={markOf} start={t.language}>
      {(l) =>
        textKinds.map((kind) => (
          <Textarea
            key={kind}
            lang={l}
            name={`texts.${kind}.${l}`}
            label={t(`admin.queues.text.${kind}`)}
            description={t(`admin.queues.text.${kind}Help`)}
            value={texts[kind]?.[l] ?? ''}
            disabled={control.disabled}
            error={control.errorOf(`texts.${kind}.${l}`)}
            onChange={(e) => set({ ...texts, [kind]: withText(texts[kind] ?? {}, l, e.currentTarget.value) })}
          />
        ))
      }
    </LanguageTabs>
  )
}
