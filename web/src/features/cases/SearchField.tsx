import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { Search } from 'lucide-react'
import { useRef, useState } from 'react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { caseCommands } from './commands'
import classes from './Cases.module.css'

const pause = 250 // milliseconds of typing before the address follows

/** Looks for a case by its number or the beginning of its subject. */
export function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useT()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(value)
  const [seen, setSeen] = useState(value)
  const tell = useDebouncedCallback(onChange, pause)
  useCommand(caseCommands.search, () => field.current?.focus())
  // Cleared from elsewhere; what is being typed stays.
  if (seen !== value) {
    setSeen(value)
    if (value === '') setTyped('')
  }
  return (
    <TextInput
      ref={field}
      type="search"
      className={classes.search}
      leftSection={<Search size={16} aria-hidden />}
      aria-label={t('cases.act.search')}
      placeholder={t('cases.act.search')}
      value={typed}
      onChange={(e) => {
        setTyped(e.currentTarget.value)
        tell(e.currentTarget.value.trim().replace(/^#/, ''))
      }}
    />
  )
}
