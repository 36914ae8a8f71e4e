import { ActionIcon, CopyButton, Textarea, Tooltip } from '@mantine/core'
import { Check, Copy } from 'lucide-react'
import { useT } from '@/lib/i18n'
import classes from './parts.module.css'

/** A text that is there to be copied. */
export function CopyField({ label, help, value, focus }: { label: string; help?: string; value: string; focus?: boolean }) {
  const t = useT()
  return (
    <Textarea
      label={label}
      description={help}
      value={value}
      readOnly
      minRows={1}
      maxRows={8}
      data-autofocus={focus || undefined}
      classNames={{ input: classes.code }}
      rightSectionWidth={40}
      rightSection={
        <CopyButton value={value} timeout={2000}>
          {({ copied, copy }) => (
            <Tooltip label={t(copied ? 'admin.copied' : 'act.copy')}>
              <ActionIcon onClick={copy} aria-label={`${t('act.copy')}: ${label}`}>
                {copied ? <Check size={16} /> : <Copy size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      }
      onFocus={(e) => e.currentTarget.select()}
    />
  )
}
