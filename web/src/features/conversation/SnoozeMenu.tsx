import { ActionIcon, Button, Group, Menu, TextInput } from '@mantine/core'
import { CirclePause } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { formatFull, useNow } from '@/lib/time'
import { Dialog } from '@/kit/overlays'
import { Tip } from '@/kit/Tip'
import type { ConversationActs } from './acts'
import { conversationCommands as commands } from './commands'
import { snoozeChoices } from './snooze'
import classes from './Conversation.module.css'

interface Props {
  acts: ConversationActs
  opened: boolean
  onOpened: (opened: boolean) => void
}

/** Until when a conversation is put aside; it comes back by itself. */
export function SnoozeMenu({ acts, opened, onOpened }: Props) {
  const t = useT()
  const [asking, setAsking] = useState(false)
  const label = t(commands.park.title)
  return (
    <>
      <Menu opened={opened} onChange={onOpened} position="bottom-end" width={280}>
        <Menu.Target>
          <ActionIcon size={32} className={classes.iconAct} disabled={acts.busy} aria-label={label}>
            <Tip label={label} command={commands.park}>
              <CirclePause size={18} />
            </Tip>
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>{opened && <Choices acts={acts} onOwn={() => setAsking(true)} />}</Menu.Dropdown>
      </Menu>
      {asking && <OwnTime acts={acts} onClose={() => setAsking(false)} />}
    </>
  )
}

function Choices({ acts, onOwn }: { acts: ConversationActs; onOwn: () => void }) {
  const t = useT()
  const [now] = useState(() => new Date())
  return (
    <>
      <Menu.Label>{t('desk.snooze.title')}</Menu.Label>
      {snoozeChoices.map(({ label, until }) => (
        <Menu.Item key={label} onClick={() => void acts.park(until(now))} rightSection={<span className={classes.when}>{formatFull(until(now).getTime(), t.language)}</span>}>
          {t(label)}
        </Menu.Item>
      ))}
      <Menu.Item onClick={onOwn}>{t('desk.snooze.own')}</Menu.Item>
      <Menu.Item onClick={() => void acts.park()}>{t('desk.snooze.open')}</Menu.Item>
    </>
  )
}

/** A time of one's own; it must lie ahead. */
function OwnTime({ acts, onClose }: { acts: ConversationActs; onClose: () => void }) {
  const t = useT()
  const now = useNow('minute')
  const [typed, setTyped] = useState('')
  const until = new Date(typed)
  const ahead = until.getTime() > now
  const park = () => {
    onClose()
    void acts.park(until)
  }
  return (
    <Dialog opened onClose={onClose} title={t('desk.snooze.title')} size="xs">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ahead) park()
        }}
      >
        <TextInput data-autofocus type="datetime-local" label={t('desk.snooze.own')} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
        <Group justify="flex-end" mt="lg">
          <Button type="submit" disabled={!ahead}>
            {t('desk.act.park')}
          </Button>
        </Group>
      </form>
    </Dialog>
  )
}
