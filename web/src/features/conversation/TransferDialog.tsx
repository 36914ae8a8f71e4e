import { Button, Group, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Search, Users } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { chordOf, useKeysOf } from '@/lib/keys'
import { useSignedIn } from '@/lib/session'
import { Avatar } from '@/kit/Avatar'
import { Dot, type Tone } from '@/kit/Badge'
import { moved } from '@/kit/listKeys'
import { Dialog } from '@/kit/overlays'
import { Delayed } from '@/kit/states'
import type { ConversationActs } from './acts'
import { targetsQuery } from './api'
import { conversationCommands } from './commands'
import { forget, kept, keptKey, useKept } from './kept'
import type { Detail, TransferTargets } from './types'
import classes from './TransferDialog.module.css'

interface Props {
  detail: Detail
  acts: ConversationActs
  onClose: () => void
}

type Target = { kind: 'queue' | 'agent'; id: string; name: string; told: string; tone?: Tone }

const longestNote = 2000
const pause = 200 // milliseconds of typing before the server is asked

/** Hands the interaction to a queue or to a colleague, with a word to them. */
export function TransferDialog({ detail, acts, onClose }: Props) {
  const t = useT()
  return (
    <Dialog opened onClose={onClose} title={t('desk.transfer.title')} size={520}>
      <Body detail={detail} acts={acts} onClose={onClose} />
    </Dialog>
  )
}

function Body({ detail, acts, onClose }: Props) {
  const t = useT()
  const [q, setQ] = useState('')
  const [asked] = useDebouncedValue(q, pause)
  const targets = useQuery(targetsQuery(detail.interaction_id ?? '', asked))
  const [chosen, setChosen] = useState<Target>()
  const key = keptKey('transfer', useSignedIn().user.id, detail.interaction_id ?? '')
  const [note, setNote] = useState(() => kept<string>(key) ?? '')
  useKept(key, note, note === '')
  const sendKeys = useKeysOf(conversationCommands.send)
  const all = useTargets(targets.data)

  const hand = () => {
    if (!chosen) return
    acts.transfer({ [chosen.kind === 'queue' ? 'queue_id' : 'agent_id']: chosen.id, note: note.trim() || undefined }, chosen.name, () => forget(key))
    onClose()
  }
  const onArrow = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    setChosen(all[moved(all.findIndex((a) => same(a, chosen)), step, all.length)])
  }
  return (
    // The keys of the fields inside.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      onSubmit={(event) => {
        event.preventDefault()
        hand()
      }}
      onKeyDown={(event) => {
        if (chordOf(event.nativeEvent) === sendKeys) hand()
      }}
    >
      <TextInput data-autofocus leftSection={<Search size={16} />} aria-label={t('desk.transfer.search')} placeholder={t('desk.transfer.search')} value={q} onChange={(e) => setQ(e.currentTarget.value)} onKeyDown={onArrow} />
      <div className={classes.targets} role="radiogroup" aria-label={t('desk.transfer.to')}>
        {targets.isError && <p className={classes.empty}>{problemText(t, targets.error)}</p>}
        {targets.isPending && (
          <Delayed>
            <p className={classes.empty}>{t('state.loading')}</p>
          </Delayed>
        )}
        {targets.data && all.length === 0 && <p className={classes.empty}>{t('state.nothingFound')}</p>}
        <Targets title={t('desk.transfer.queues')} items={all.filter((a) => a.kind === 'queue')} chosen={chosen} onChoose={setChosen} />
        <Targets title={t('desk.transfer.agents')} items={all.filter((a) => a.kind === 'agent')} chosen={chosen} onChoose={setChosen} />
      </div>
      <Textarea label={t('desk.transfer.note')} description={t('desk.transfer.noteHelp')} minRows={2} maxRows={6} maxLength={longestNote} value={note} onChange={(e) => setNote(e.currentTarget.value)} />
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" disabled={!chosen}>
          {chosen ? t('desk.transfer.submitTo', { name: chosen.name }) : t('desk.act.transfer')}
        </Button>
      </Group>
    </form>
  )
}

const same = (a: Target, b: Target | undefined) => a.kind === b?.kind && a.id === b.id

function Targets({ title, items, chosen, onChoose }: { title: string; items: readonly Target[]; chosen: Target | undefined; onChoose: (target: Target) => void }) {
  if (items.length === 0) return null
  return (
    <>
      <p className={classes.group} aria-hidden>
        {title}
      </p>
      {items.map((item) => (
        <label key={item.id} className={classes.target} data-chosen={same(item, chosen) || undefined} ref={same(item, chosen) ? reveal : undefined}>
          <input type="radio" name="target" checked={same(item, chosen)} onChange={() => onChoose(item)} />
          {item.kind === 'queue' ? (
            <span className={classes.icon}>
              <Users size={15} aria-hidden />
            </span>
          ) : (
            <Avatar name={item.name} size={28} />
          )}
          <span className={classes.name}>{item.name}</span>
          <span className={classes.told}>
            {item.tone && <Dot tone={item.tone} />} {item.told}
          </span>
        </label>
      ))}
    </>
  )
}

const reveal = (row: HTMLElement | null) => row?.scrollIntoView({ block: 'nearest' })

const tones: Record<string, Tone> = { free: 'ok', available: 'ok', busy: 'danger', offered: 'accent', wrap_up: 'warn', away: 'warn', offline: 'neutral' }

/** The targets in the order of the list, each with what one should know before choosing it. */
function useTargets(targets: TransferTargets | undefined): Target[] {
  const t = useT()
  const queues = (targets?.queues ?? []).map((q): Target => {
    const told = [q.waiting !== undefined && t('desk.transfer.waiting', { count: q.waiting }), q.free !== undefined && t('desk.transfer.free', { count: q.free })]
    return { kind: 'queue', id: q.id, name: q.name, told: told.filter(Boolean).join(' · ') }
  })
  const agents = (targets?.agents ?? []).map((a): Target => {
    const activity = a.presence === 'available' ? (a.activity ?? a.presence) : a.presence
    const told = [t.maybe(`desk.activity.${activity}`) ?? activity, a.load !== undefined && a.load > 0 && t('desk.transfer.load', { n: a.load })]
    return { kind: 'agent', id: a.id, name: a.name, told: told.filter(Boolean).join(' · '), tone: tones[activity] ?? 'neutral' }
  })
  return [...queues, ...agents]
}
