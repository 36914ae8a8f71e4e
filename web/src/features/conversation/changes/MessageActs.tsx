import { ActionIcon, Menu } from '@mantine/core'
import { Ellipsis, Pencil, SmilePlus, Trash2 } from 'lucide-react'
import { useT } from '@/lib/i18n'
import type { Shown } from '../entries'
import type { Detail } from '../types'
import type { EntryAct } from './actsOn'
import { useEntryActs } from './useEntryActs'
import classes from './Changes.module.css'

interface Props {
  entry: Shown
  detail: Detail
  acts: readonly EntryAct[]
  onEdit: () => void
}

/** What there is to react with where the channel names nothing of its own. */
const usual = ['👍', '❤️', '😂', '😮', '😢', '🙏', '🎉', '✅']

/** The menu of one message: whatever its channel can do with it. */
export function MessageActs({ entry, detail, acts, onEdit }: Props) {
  const t = useT()
  const does = useEntryActs(detail, entry)
  const reacts = acts.includes('react')
  const Icon = reacts ? SmilePlus : Ellipsis
  return (
    <Menu position={reacts ? 'bottom-start' : 'bottom-end'} withinPortal loop>
      <Menu.Target>
        <ActionIcon size={28} variant="subtle" color="gray" aria-label={t(reacts ? 'desk.entry.react' : 'desk.entry.acts')}>
          <Icon size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {reacts && <Emojis entry={entry} set={detail.capabilities?.reaction_set ?? usual} onPick={(text, off) => void does.react(text, off)} />}
        {acts.includes('edit') && (
          <Menu.Item leftSection={<Pencil size={14} aria-hidden />} onClick={onEdit}>
            {t('desk.entry.edit')}
          </Menu.Item>
        )}
        {acts.includes('delete') && (
          <Menu.Item color="danger" leftSection={<Trash2 size={14} aria-hidden />} onClick={does.remove}>
            {t('desk.entry.delete')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

/** What one can react with; ours is marked, and picking it again takes it back. */
function Emojis({ entry, set, onPick }: { entry: Shown; set: readonly string[]; onPick: (text: string, off: boolean) => void }) {
  const t = useT()
  const ours = entry.reactions?.find((r) => r.author !== 'customer')?.text
  return (
    <>
      <Menu.Label>{t('desk.entry.react')}</Menu.Label>
      <div className={classes.emojis}>
        {set.map((text) => (
          <Menu.CheckboxItem key={text} classNames={{ item: classes.emoji, itemIndicator: classes.mark }} closeMenuOnClick checked={text === ours} data-on={text === ours || undefined} onChange={() => onPick(text, text === ours)}>
            {text}
          </Menu.CheckboxItem>
        ))}
      </div>
    </>
  )
}
