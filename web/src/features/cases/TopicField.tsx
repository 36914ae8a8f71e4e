import { Autocomplete } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { ChooseOne } from '@/kit/Choose'
import { settingsQuery, topicsFor } from './settings'

interface Props {
  value: string | undefined
  disabled: boolean
  onChange: (topic: string) => void
}

/** What a case is about, by the topics that are offered: promised times, rules and keeping go by them. */
export function TopicField({ value, disabled, onChange }: Props) {
  const t = useT()
  const maySetUp = useCan('case.setup', 'brand')
  const offered = useQuery(settingsQuery).data?.topics
  const topics = topicsFor(offered ?? [], value)
  if (offered && topics.length === 0 && !maySetUp) return null
  return (
    <ChooseOne
      label={t('cases.topic')}
      description={offered?.length === 0 && maySetUp ? t('cases.topics.none') : undefined}
      data={[{ value: '', label: t('cases.noTopic') }, ...topics.map((topic) => ({ value: topic, label: topic }))]}
      value={value ?? ''}
      disabled={disabled}
      allowDeselect={false}
      onChange={(topic) => {
        if ((topic ?? '') !== (value ?? '')) onChange(topic ?? '')
      }}
    />
  )
}

interface TypedProps {
  label: string
  description?: string
  name?: string
  value: string
  error?: string
  disabled?: boolean
  className?: string
  onChange: (topic: string) => void
}

/** A topic as something typed, with those that are offered to choose from: setting up may go before or after the list. */
export function TopicInput(props: TypedProps) {
  const offered = useQuery(settingsQuery).data?.topics ?? []
  return <Autocomplete {...props} maxLength={100} data={offered} />
}
