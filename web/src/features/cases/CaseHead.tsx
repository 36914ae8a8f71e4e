import { ActionIcon, Button, Menu } from '@mantine/core'
import { Link, useRouter } from '@tanstack/react-router'
import { ArrowLeft, CheckCheck, Ellipsis, GitMerge, Hand, MessagesSquare, RotateCcw, Split } from 'lucide-react'
import { useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan, useSignedIn } from '@/lib/session'
import { useAct } from '@/kit/act'
import { Tip } from '@/kit/Tip'
import { calledBy } from '../conversation/calledBy'
import { keys } from './caches'
import { HoldMark } from './CaseHold'
import { caseCommands as commands } from './commands'
import { StatusBadge, PriorityMark } from './Marks'
import { useStatuses } from './names'
import { partsOf } from './relations'
import type { CaseDetail } from './types'
import { useCaseActs } from './useCaseActs'
import classes from './CasePage.module.css'

interface Props {
  detail: CaseDetail
  editable: boolean
  onMerge: () => void
  onAnswer: () => void
}

/** What a case is about, how it stands, and the acts on the whole of it. */
export function CaseHead(props: Props) {
  const t = useT()
  const { detail, editable } = props
  const { history, navigate } = useRouter()
  const back = () => (history.canGoBack() ? history.back() : void navigate({ to: '/cases' }))
  return (
    <header className={classes.head}>
      <div className={classes.headLine}>
        <ActionIcon size={32} aria-label={t('act.back')} onClick={back}>
          <ArrowLeft size={18} />
        </ActionIcon>
        <span className={classes.number}>#{detail.number}</span>
        <Subject detail={detail} editable={editable} />
        <Acts {...props} />
      </div>
      <div className={classes.marks}>
        <StatusBadge row={detail} />
        <PriorityMark priority={detail.priority} always />
        {detail.customer && <span>{calledBy(t, detail.customer)}</span>}
        {detail.topic && <span>{detail.topic}</span>}
        <HoldMark id={detail.id} />
      </div>
      {detail.merged_into && <MergedLine detail={detail} />}
    </header>
  )
}

const longestSubject = 300

/** The subject as a heading; a click makes it a field. */
function Subject({ detail, editable }: { detail: CaseDetail; editable: boolean }) {
  const t = useT()
  const acts = useCaseActs()
  const [text, setText] = useState<string>()
  const shown = detail.subject || t('cases.noSubject')
  if (!editable || text === undefined) {
    return (
      <h1 className={classes.subject}>
        {editable ? (
          <button type="button" className={classes.subjectButton} onClick={() => setText(detail.subject)} title={t('cases.rename')}>
            {shown}
          </button>
        ) : (
          shown
        )}
      </h1>
    )
  }
  const save = () => {
    setText(undefined)
    const subject = text.trim()
    if (subject !== '' && subject !== detail.subject) void acts.setSubject(detail, subject)
  }
  return (
    <form
      className={classes.subject}
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <input
        className={classes.subjectField}
        autoFocus
        maxLength={longestSubject}
        aria-label={t('cases.subject')}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onBlur={save}
        onKeyDown={(e) => {
          if (e.key === 'Escape') setText(undefined)
        }}
      />
    </form>
  )
}

function Acts({ detail, editable, onMerge, onAnswer }: Props) {
  const t = useT()
  const acts = useCaseActs()
  const { user } = useSignedIn()
  const { offered } = useStatuses()
  if (!editable) return null
  const target = offered.find((s) => s.category === (detail.open ? 'done' : 'working'))
  const canTake = detail.open && detail.owner?.id !== user.id
  return (
    <div className={classes.acts}>
      {target && (
        <Tip label={t(detail.open ? 'cases.act.resolve' : 'cases.act.reopen')} command={detail.open ? commands.resolve : undefined}>
          <Button variant={detail.open ? 'filled' : 'default'} leftSection={detail.open ? <CheckCheck size={16} aria-hidden /> : <RotateCcw size={16} aria-hidden />} onClick={() => void acts.setStatus(detail, target)}>
            {t(detail.open ? 'cases.act.resolve' : 'cases.act.reopen')}
          </Button>
        </Tip>
      )}
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon size={32} variant="default" aria-label={t('cases.act.more')}>
            <Ellipsis size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {canTake && (
            <Menu.Item leftSection={<Hand size={16} />} onClick={() => void acts.setOwner(detail, { id: user.id, name: user.name })}>
              {t('cases.act.take')}
            </Menu.Item>
          )}
          {partsOf(detail).length > 0 && (
            <Menu.Item leftSection={<MessagesSquare size={16} />} onClick={onAnswer}>
              {t('cases.answer.title')}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<GitMerge size={16} />} onClick={onMerge}>
            {t('cases.act.merge')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  )
}

/** Says where a merged case goes on, and makes it one of its own again. */
function MergedLine({ detail }: { detail: CaseDetail }) {
  const t = useT()
  const act = useAct()
  const mayEdit = useCan('case.edit')
  const into = detail.cases.find((c) => c.id === detail.merged_into)
  const path = { id: detail.id }
  const separate = () =>
    act({
      done: t('cases.done.unmerged', { number: `#${detail.number}` }),
      touches: [keys.all, ['case']],
      commit: () => ok(api.POST('/api/v1/cases/{id}/unmerge', { params: { path }, body: { version: detail.version } })),
      undo: () => ok(api.POST('/api/v1/cases/{id}/merge', { params: { path }, body: { into_id: detail.merged_into ?? '' } })),
    })
  return (
    <div className={classes.merged} role="note">
      <GitMerge size={16} aria-hidden />
      <span>
        {t('cases.mergedInto')}{' '}
        <Link to="/cases/$id" params={{ id: detail.merged_into ?? '' }}>
          {into ? `#${into.number} ${into.subject}` : t('cases.another')}
        </Link>
      </span>
      {mayEdit && (
        <Button size="xs" variant="default" leftSection={<Split size={14} aria-hidden />} onClick={() => void separate()}>
          {t('cases.act.unmerge')}
        </Button>
      )}
    </div>
  )
}
