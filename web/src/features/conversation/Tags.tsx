import { Popover, TagsInput } from '@mantine/core'
import { Tag } from 'lucide-react'
import { useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCommand } from '@/lib/keys'
import { useToasts } from '@/kit/toast'
import { Badge } from '@/kit/Badge'
import { conversationCommands } from './commands'
import { useDesk } from './desk'
import classes from './Conversation.module.css'

const mostTags = 20
const longest = 50

/** The tags, and a small field to change them. */
export function Tags({ id, tags, editable }: { id: string; tags: readonly string[]; editable: boolean }) {
  const t = useT()
  const { cache } = useDesk()
  const toasts = useToasts()
  const [open, setOpen] = useState(false)
  useCommand(conversationCommands.tags, () => setOpen(true), editable)

  const save = async (next: string[]) => {
    cache.patch(id, { tags: next })
    try {
      const kept = await ok(api.PUT('/api/v1/conversations/{id}/tags', { params: { path: { id } }, body: { tags: next } }))
      cache.patch(id, { tags: kept.tags })
    } catch (error) {
      cache.patch(id, { tags: [...tags] })
      toasts.show({ kind: 'error', text: problemText(t, error) })
    }
  }
  const shown = tags.map((tag) => <Badge key={tag}>#{tag}</Badge>)
  if (!editable) return <>{shown}</>
  return (
    <Popover opened={open} onChange={setOpen} width={280} trapFocus returnFocus withRoles position="bottom-start">
      <Popover.Target>
        <button type="button" className={classes.tags} onClick={() => setOpen((now) => !now)} aria-label={tags.length > 0 ? `${t('desk.act.tags')}: ${tags.join(', ')}` : t('desk.act.tags')}>
          {shown.length > 0 ? shown : <Tag size={14} aria-hidden />}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('desk.act.tags')}>
        <TagsInput label={t('desk.conversation.tags')} data-autofocus value={[...tags]} onChange={(next) => void save(next)} maxTags={mostTags} maxLength={longest} clearable={false} classNames={{ input: classes.tagField }} comboboxProps={{ withinPortal: false }} />
      </Popover.Dropdown>
    </Popover>
  )
}
