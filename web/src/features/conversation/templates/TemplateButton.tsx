import { ActionIcon } from '@mantine/core'
import { LayoutTemplate } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { Tip } from '@/kit/Tip'
import { conversationCommands } from '../commands'

/** Opens the templates of the channel, from the composer or by a command. */
export function TemplateButton({ onOpen }: { onOpen: () => void }) {
  const t = useT()
  useCommand(conversationCommands.template, onOpen)
  return (
    <Tip label={t('desk.template.use')} command={conversationCommands.template}>
      <ActionIcon size={32} onClick={onOpen} aria-label={t('desk.template.use')} aria-haspopup="dialog">
        <LayoutTemplate size={17} />
      </ActionIcon>
    </Tip>
  )
}
