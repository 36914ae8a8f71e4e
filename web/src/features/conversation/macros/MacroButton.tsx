import { ActionIcon } from '@mantine/core'
import { Wand } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { RulesTexts } from '@/lib/i18n/RulesTexts'
import { useCommand } from '@/lib/keys'
import { lazyPart } from '@/lib/parts'
import { useCan } from '@/lib/session'
import { Tip } from '@/kit/Tip'
import { conversationCommands } from '../commands'
import type { Detail } from '../types'
import { type Macro, useMacroPlace } from './open'

const MacroDialog = lazyPart(async () => (await import('./MacroDialog')).MacroDialog)

/** Opens the macros for a conversation, from the composer or by a command. */
export function MacroButton({ detail }: { detail: Detail }) {
  const t = useT()
  const [open, setOpen] = useState<Macro | 'list'>()
  const allowed = useCan('canned.read')
  useCommand(conversationCommands.macros, () => setOpen('list'))
  useMacroPlace(detail.brand_id, setOpen, allowed)
  if (!allowed) return null
  return (
    <>
      <Tip label={t('macros.use')}>
        <ActionIcon size={32} onClick={() => setOpen('list')} aria-label={t('macros.use')} aria-haspopup="dialog">
          <Wand size={17} />
        </ActionIcon>
      </Tip>
      {open && (
        <RulesTexts>
          <MacroDialog detail={detail} first={open === 'list' ? undefined : open} onClose={() => setOpen(undefined)} />
        </RulesTexts>
      )}
    </>
  )
}
