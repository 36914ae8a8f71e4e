import { ActionIcon, Menu } from '@mantine/core'
import { Ban, Ellipsis, Eye, EyeOff, Lock, Pencil, Reply, SmilePlus, ThumbsUp, Trash2 } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { ChorusTexts } from '@/lib/i18n/ChorusTexts'
import type { Shown } from '../entries'
import type { Detail } from '../types'
import { aboutOf, answerTo } from '../social/about'
import { authorOf } from '../social/nameOf'
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

/** What can be done with one message: whatever its channel can do with it. */
export function MessageActs(props: Props) {
  if (!props.detail.capabilities?.public && !props.acts.includes('block')) return <Acts {...props} />
  return (
    <ChorusTexts>
      <Acts {...props} />
    </ChorusTexts>
  )
}

function Acts({ entry, detail, acts, onEdit }: Props) {
  const t = useT()
  const quotes = acts.includes('answer') && !detail.capabilities?.public
  const others = quotes ? acts.filter((act) => act !== 'answer') : acts
  const about = (privately: boolean) => answerTo(detail.id, aboutOf(entry, authorOf(t, entry, detail), privately))
  return (
    <>
      {quotes && (
        <ActionIcon size={28} variant="subtle" color="gray" title={t('desk.quote.act')} aria-label={t('desk.quote.act')} onClick={() => about(false)}>
          <Reply size={16} aria-hidden />
        </ActionIcon>
      )}
      {others.length > 0 && <Others entry={entry} detail={detail} acts={others} onEdit={onEdit} about={about} />}
    </>
  )
}

/** What is done rarely, in a menu. */
function Others({ entry, detail, acts, onEdit, about }: Props & { about: (privately: boolean) => void }) {
  const t = useT()
  const does = useEntryActs(detail, entry)
  const reacts = acts.length === 1 && acts.includes('react')
  const Icon = reacts ? SmilePlus : Ellipsis
  return (
    <Menu position={reacts ? 'bottom-start' : 'bottom-end'} withinPortal loop>
      <Menu.Target>
        <ActionIcon size={28} variant="subtle" color="gray" aria-label={t(reacts ? 'desk.entry.react' : 'desk.entry.acts')}>
          <Icon size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {acts.includes('react') && <Emojis entry={entry} set={detail.capabilities?.reaction_set ?? usual} onPick={(text, off) => void does.react(text, off)} />}
        {acts.includes('answer') && (
          <Menu.Item leftSection={<Reply size={14} aria-hidden />} onClick={() => about(false)}>
            {t('desk.social.answer')}
          </Menu.Item>
        )}
        {acts.includes('private') && (
          <Menu.Item leftSection={<Lock size={14} aria-hidden />} onClick={() => about(true)}>
            {t('desk.social.answerPrivately')}
          </Menu.Item>
        )}
        {acts.includes('like') && (
          <Menu.Item leftSection={<ThumbsUp size={14} aria-hidden />} onClick={() => void does.like(entry.liked === true)}>
            {t(entry.liked ? 'desk.social.unlike' : 'desk.social.like')}
          </Menu.Item>
        )}
        {acts.includes('hide') && (
          <Menu.Item leftSection={entry.hidden ? <Eye size={14} aria-hidden /> : <EyeOff size={14} aria-hidden />} onClick={() => void does.hide(entry.hidden === true)}>
            {t(entry.hidden ? 'desk.social.show' : 'desk.social.hide')}
          </Menu.Item>
        )}
        {acts.includes('remove') && (
          <Menu.Item color="danger" leftSection={<Trash2 size={14} aria-hidden />} onClick={() => void does.removeTheirs()}>
            {t('desk.social.remove')}
          </Menu.Item>
        )}
        {acts.includes('block') && (
          <Menu.Item color={entry.blocked ? undefined : 'danger'} leftSection={<Ban size={14} aria-hidden />} onClick={() => void does.block(entry.blocked === true)}>
            {t(entry.blocked ? 'desk.social.unblock' : 'desk.social.block', { name: authorOf(t, entry, detail) })}
          </Menu.Item>
        )}
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
