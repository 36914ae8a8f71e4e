import { ActionIcon } from '@mantine/core'
import { MailPlus } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { beginMail } from './begin'

/** Begins a mail to a customer. */
export function WriteMail({ customer, name, address, brand }: { customer: string; name: string; address: string; brand: string }) {
  const t = useT()
  if (!useCan('conversation.reply')) return null
  return (
    <ActionIcon size={24} onClick={() => beginMail({ customer, name, address, brand })} aria-label={t('mails.writeTo', { address })}>
      <MailPlus size={14} />
    </ActionIcon>
  )
}
