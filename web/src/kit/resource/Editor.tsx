import { Button, Tabs } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { can, useSession } from '@/lib/session'
import { useAct } from '../act'
import { ConfirmByName } from '../ConfirmByName'
import { Sheet } from '../overlays'
import { useToasts } from '../toast'
import { ResourceForm } from './ResourceForm'
import classes from './resource.module.css'
import { type Resource, newItem } from './schema'

interface Thing {
  id: string
  archived_at?: string
}

interface Props<Item extends Thing, Input extends object> {
  resource: Resource<Item, Input>
  item: Item | undefined
  isNew: boolean
  editable: boolean
  tab: string | undefined
  onTab: (tab: string | undefined) => void
  onClose: () => void
}

const formTab = 'form'
const usualWidth = 480

/** The sheet in which one thing is looked at, made or changed. */
export function Editor<Item extends Thing, Input extends object>(props: Props<Item, Input>) {
  const { resource, item, isNew, onClose } = props
  const t = useT()
  const [made, setMade] = useState<unknown>()
  const [dirty, setDirty] = useState(false)
  const close = () => {
    setMade(undefined)
    setDirty(false)
    onClose()
  }
  const title = isNew ? t(resource.words.create) : item ? resource.nameOf(item) : ''
  // What was typed, or is shown only once, is not lost by a click beside the sheet.
  const keep = dirty || made !== undefined
  return (
    <Sheet
      opened={isNew || item !== undefined}
      onClose={close}
      closeOnClickOutside={!keep}
      closeOnEscape={!keep}
      title={title}
      size={resource.width ?? usualWidth}
      padding={0}
      classNames={{ header: classes.drawerHead, body: classes.drawerBody, content: classes.drawer }}
    >
      {made !== undefined && (
        <div className={classes.form}>
          <div className={classes.fields}>{resource.reveal?.(made)}</div>
          <footer className={classes.buttons}>
            <span className={classes.gap} />
            <Button onClick={close}>{t('act.close')}</Button>
          </footer>
        </div>
      )}
      {made === undefined && (isNew || item) && <Body {...props} onClose={close} onDirty={setDirty} onMade={setMade} />}
    </Sheet>
  )
}

interface BodyProps<Item extends Thing, Input extends object> extends Props<Item, Input> {
  onDirty: (dirty: boolean) => void
  onMade: (made: unknown) => void
}

function Body<Item extends Thing, Input extends object>(props: BodyProps<Item, Input>) {
  const { resource, item, tab, onTab } = props
  const t = useT()
  const session = useSession()
  const tabs = item ? (resource.tabs ?? []).filter((s) => (!s.when || s.when(item)) && (!s.permission || can(session, s.permission))) : []
  if (!item || tabs.length === 0) return <Form {...props} />
  const value = tabs.some((s) => s.id === tab) ? tab : formTab
  return (
    <Tabs className={classes.tabs} value={value} onChange={(next) => onTab(next === formTab || next === null ? undefined : next)} keepMounted={false}>
      <Tabs.List className={classes.tabList}>
        <Tabs.Tab value={formTab}>{t('resource.settings')}</Tabs.Tab>
        {tabs.map((s) => (
          <Tabs.Tab key={s.id} value={s.id}>
            {t(s.label)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={formTab} className={classes.tabPanel} keepMounted>
        <Form {...props} />
      </Tabs.Panel>
      {tabs.map((s) => (
        <Tabs.Panel key={s.id} value={s.id} className={classes.tabPanel}>
          <div className={classes.tabBody}>{s.render(item)}</div>
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}

function Form<Item extends Thing, Input extends object>({ resource, item, editable, onClose, onDirty, onMade }: BodyProps<Item, Input>) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const save = async (input: Input, before: Input) => {
    const made = item ? await resource.update?.(item.id, input, before) : await resource.create?.(input)
    await cache.invalidateQueries({ queryKey: resource.key })
    if (!item && resource.reveal) return onMade(made)
    toasts.show({ kind: 'done', text: t(resource.words.saved) })
    onClose()
  }
  const locked = item !== undefined && (item.archived_at !== undefined || !resource.update || resource.locked?.(item) === true)
  return (
    <ResourceForm
      key={item?.id ?? newItem}
      fields={resource.fields}
      initial={item ? resource.toInput(item) : resource.blank}
      existing={item !== undefined}
      verb={resource.words.submit}
      readOnly={!editable || locked}
      submit={save}
      onCancel={onClose}
      onDirty={onDirty}
      aside={item && editable && !resource.locked?.(item) && <ArchiveButton resource={resource} item={item} onDone={onClose} />}
    >
      {item && resource.extra?.(item)}
    </ResourceForm>
  )
}

function ArchiveButton<Item extends Thing, Input extends object>({ resource, item, onDone }: { resource: Resource<Item, Input>; item: Item; onDone: () => void }) {
  const t = useT()
  const act = useAct()
  const [busy, setBusy] = useState(false)
  const [asking, setAsking] = useState(false)
  const { archive, restore, words } = resource
  const isArchived = item.archived_at !== undefined
  const commit = isArchived ? restore : archive
  if (!commit) return null
  const opposite = isArchived ? archive : restore
  const verb = isArchived ? t(words.restore ?? 'act.restore') : t(words.archive ?? 'act.archive')

  const run = async () => {
    setBusy(true)
    const done = t(isArchived ? 'resource.restored' : words.archived)
    const did = await act({ done, touches: [resource.key], commit: () => commit(item.id), undo: opposite && (() => opposite(item.id)) })
    setBusy(false)
    if (did) onDone()
  }
  return (
    <>
      <Button variant="subtle" color={isArchived ? 'accent' : 'danger'} loading={busy} onClick={() => (words.forever ? setAsking(true) : void run())}>
        {verb}
      </Button>
      {words.forever && <ConfirmByName open={asking} onClose={() => setAsking(false)} text={t(words.forever)} name={resource.nameOf(item)} action={`${verb}: ${resource.nameOf(item)}`} onConfirm={run} />}
    </>
  )
}
