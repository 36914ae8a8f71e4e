import { TagsInput } from '@mantine/core'
import { useT } from '@/lib/i18n'
import { isRecipient } from './mail'
import classes from './Mail.module.css'

interface Props {
  label: string
  value: readonly string[]
  placeholder?: string
  /** Takes the focus when it is shown. */
  first?: boolean
  onChange: (value: string[]) => void
}

/** Addresses, one behind the other; what is none is said at once. */
export function AddressField({ label, value, placeholder, first, onChange }: Props) {
  const t = useT()
  const wrong = value.find((a) => !isRecipient(a))
  return (
    <div className={classes.field}>
      <TagsInput
        variant="unstyled"
        size="sm"
        label={label}
        classNames={{ root: classes.fieldRow, label: classes.fieldLabel, wrapper: classes.fieldInput, input: classes.fieldControl, error: classes.fieldError }}
        autoFocus={first}
        placeholder={value.length === 0 ? placeholder : undefined}
        splitChars={[',', ';']}
        acceptValueOnBlur
        value={[...value]}
        error={wrong === undefined ? undefined : t('mails.noAddress', { text: wrong })}
        onChange={(next) => onChange(next.map((a) => a.trim()).filter((a) => a !== ''))}
      />
    </div>
  )
}
