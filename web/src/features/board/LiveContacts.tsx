import { Button, Table } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan, useSignedIn } from '@/lib/session'
import { Badge } from '@/kit/Badge'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import { Timer } from '@/kit/Timer'
import { useToasts } from '@/kit/toast'
import { handBack, takeOver } from './api'
import { useHeld } from './useHeld'
import type { Contact, View } from './view'
import { workTones } from './wording'
import classes from './LiveContacts.module.css'

const shownAtFirst = 50
const interactionOf = (contact: Contact) => contact.work.interaction_id

/** Every interaction that somebody works on now, the longest first. */
export function LiveContacts({ view }: { view: View }) {
  const t = useT()
  const [all, setAll] = useState(false)
  const { rows, holder } = useHeld(view.contacts, interactionOf)
  const shown = all ? rows : rows.slice(0, shownAtFirst)
  return (
    <section className={classes.card} aria-labelledby="live-contacts">
      <header className={classes.head}>
        <h2 id="live-contacts">{t('board.contacts')}</h2>
        <span className={classes.faint}>{view.contacts.length === 0 ? t('board.noContacts') : t('board.contactsHint', { count: view.contacts.length })}</span>
      </header>
      {shown.length > 0 && (
        <div className={classes.scroll}>
          <Table className={classes.table} verticalSpacing={0}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('board.column.customer')}</Table.Th>
                <Table.Th>{t('board.column.agent')}</Table.Th>
                <Table.Th>{t('board.column.queue')}</Table.Th>
                <Table.Th>{t('board.column.channel')}</Table.Th>
                <Table.Th>{t('board.column.time')}</Table.Th>
                <Table.Th>{t('board.column.state')}</Table.Th>
                <Table.Th>
                  <span className="sr-only">{t('board.column.acts')}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody {...holder}>
              {shown.map(({ item, gone }) => (
                <Row key={interactionOf(item)} contact={item} gone={gone} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {shown.length < rows.length && (
        <div className={classes.more}>
          <Button variant="default" onClick={() => setAll(true)}>
            {t('board.showAll', { count: view.contacts.length })}
          </Button>
        </div>
      )}
    </section>
  )
}

function Row({ contact: { work, agent, queue }, gone }: { contact: Contact; gone: boolean }) {
  const t = useT()
  const channelName = useChannelName()
  return (
    <Table.Tr data-gone={gone || undefined}>
      <Table.Td className={classes.customer}>{work.customer || t('figures.noName')}</Table.Td>
      <Table.Td data-label={t('board.column.agent')}>{agent.name}</Table.Td>
      <Table.Td data-label={t('board.column.queue')}>{queue?.name ?? '–'}</Table.Td>
      <Table.Td>
        <span className={classes.channel}>
          <ChannelMark channel={work.channel} size={16} /> <span aria-hidden>{channelName(work.channel)}</span>
        </span>
      </Table.Td>
      <Table.Td className="num">{work.since && !gone ? <Timer since={work.since} /> : '–'}</Table.Td>
      <Table.Td>
        {gone ? <Badge tone="neutral">{t('board.state.over')}</Badge> : <Badge tone={workTones[work.state]}>{t(`board.state.${work.state}`)}</Badge>}
      </Table.Td>
      <Table.Td className={classes.acts}>
        <Acts contact={{ work, agent, queue }} gone={gone} />
      </Table.Td>
    </Table.Tr>
  )
}

function Acts({ contact: { work, agent }, gone }: { contact: Contact; gone: boolean }) {
  const t = useT()
  const toasts = useToasts()
  const navigate = useNavigate()
  const { user } = useSignedIn()
  const mayRead = useCan('conversation.read')
  const mayTake = useCan('interaction.move') && agent.id !== user.id && work.state !== 'offered'
  const [busy, setBusy] = useState(false)
  const name = work.customer || t('figures.noName')
  const fail = (error: unknown) => toasts.show({ kind: 'error', text: problemText(t, error) })
  const take = async () => {
    setBusy(true)
    try {
      await takeOver(work.interaction_id)
      toasts.show({ kind: 'done', text: t('board.done.taken', { name, agent: agent.name }), undo: () => void handBack(work.interaction_id, agent.id).catch(fail) })
      await navigate({ to: '/conversations/$id', params: { id: work.conversation_id } })
    } catch (error) {
      setBusy(false)
      fail(error)
    }
  }
  return (
    <span className={classes.buttons}>
      {mayRead && (
        <Button size="sm" variant="default" className={classes.open} renderRoot={(props) => <Link to="/conversations/$id" params={{ id: work.conversation_id }} {...props} />}>
          {t('board.open')}
          <span className="sr-only">: {name}</span>
        </Button>
      )}
      {mayTake && (
        // One that is over keeps its button, dead: it may have the focus.
        <Button size="sm" variant="default" loading={busy} aria-disabled={gone || undefined} data-disabled={gone || undefined} onClick={() => void (gone || take())}>
          {t('board.takeOver')}
          <span className="sr-only">: {name}</span>
        </Button>
      )}
    </span>
  )
}
