import { ActionIcon } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { LayoutTemplate } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { useChannelName } from '@/kit/ChannelMark'
import { openersQuery } from '../conversation/templates/openers'
import { beginMail } from './begin'

/** Writes first to a number of a customer, where there is an account of ours that may. */
export function WriteTemplate({ customer, number, brand }: { customer: string; number: string; brand: string }) {
  const t = useT()
  const may = useCan('conversation.reply')
  const channelName = useChannelName()
  const opener = useQuery({ ...openersQuery(brand), enabled: may && brand !== '' }).data?.[0]
  if (!may || !opener) return null
  const label = t('desk.opening.writeTo', { number, channel: channelName(opener.channel) })
  return (
    <ActionIcon size={24} onClick={() => beginMail({ customer, number, brand, by: 'template' })} title={label} aria-label={label}>
      <LayoutTemplate size={14} />
    </ActionIcon>
  )
}
