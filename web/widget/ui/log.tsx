import { Fragment, h } from 'preact'
import { down } from './icons'
import * as late from './icons-more'
import type { Line } from '../model'
import { lines } from '../model'
import type { Pending } from '../outbox'
import type { Attachment } from '../protocol'
import type { Talk } from '../talk'
import { Avatar, Icon } from './parts'
import { size, standing } from './phrases'
import { clock, day, sameDay } from './dates'

const nearEnd = 40
const saidEvery = 5_000

export function Log({ talk, focus }: { talk: Talk; focus: boolean }) {
  const { t, session, config } = talk
  const { past, shown: model } = session
  const shown = lines(model)
  const lastOwn = shown.findLastIndex((l) => l.author.kind === 'visitor' && l.kind === 'message')
  const waiting = past ? [] : session.pending().filter((p): p is Pending<'say'> => p.type === 'say')
  const unseen = talk.atEnd ? 0 : session.unread()
  const toEnd = () => {
    talk.atEnd = true
    talk.screen.focus('.log')
  }
  const scrolled = (e: Event) => {
    const { scrollTop, scrollHeight, clientHeight } = e.currentTarget as Element
    const atEnd = scrollHeight - scrollTop - clientHeight < nearEnd
    if (atEnd === talk.atEnd) return
    talk.atEnd = atEnd
    talk.changed()
  }
  return (
    <div class="scroll">
      <div class="body log" role="region" aria-label={t('log')} tabIndex={0} data-focus={focus || undefined} onScroll={scrolled}>
        <div class="lines" role="log" aria-label={t('log')}>
          {config.texts.greeting && <Bubble side="them" name={config.brand.name} text={config.texts.greeting} />}
          {shown.map((l, i) => (
            <Fragment key={l.seq}>
              {(!i || !sameDay(shown[i - 1]!.at, l.at)) && <p class="mark">{sameDay(l.at, Date.now()) ? t('today') : day(session.person.language, l.at)}</p>}
              {isFirstNew(talk, shown, i) && <p class="mark new">{t('new')}</p>}
              <Row talk={talk} all={shown} at={i} newest={i === lastOwn && !(i === shown.length - 1 && waiting.length)} />
            </Fragment>
          ))}
          {waiting.map((p) => (
            <Waiting key={p.cid} talk={talk} p={p} />
          ))}
        </div>
        {model.typing && <TypingMark name={model.state?.agent?.name} talk={talk} />}
        <Standing talk={talk} />
      </div>
      {!talk.atEnd && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon path={down} />
          {unseen ? t('newMessages', { count: unseen }) : t('toNewest')}
        </button>
      )}
    </div>
  )
}

/** Where the conversation stands. It is drawn at once, but said aloud not more often than one can listen. */
function Standing({ talk }: { talk: Talk }) {
  const { t, session, heard } = talk
  const where = standing(t, session.shown.state, session.person.language)
  const wait = heard.at + saidEvery - Date.now()
  if (where !== heard.text) {
    clearTimeout(heard.timer)
    if (wait > 0) heard.timer = setTimeout(() => talk.changed(), wait)
    else talk.heard = { text: where, at: Date.now() }
  }
  return (
    <Fragment>
      {where && (
        <p class="standing" aria-hidden="true">
          <Icon path={late.clock} />
          <span>{where}</span>
        </p>
      )}
      <p class="sr" role="status">
        {talk.heard.text}
      </p>
    </Fragment>
  )
}

function theirs(l: Line): boolean {
  return l.author.kind !== 'visitor' && l.kind === 'message'
}

function isFirstNew({ newAfter }: Talk, shown: Line[], at: number): boolean {
  if (!newAfter || shown[at]!.seq <= newAfter || !theirs(shown[at]!)) return false
  for (let i = at - 1; i >= 0 && shown[i]!.seq > newAfter; i--) if (theirs(shown[i]!)) return false
  return true
}

function Row({ talk, all, at, newest }: { talk: Talk; all: Line[]; at: number; newest: boolean }) {
  const { t, session } = talk
  const l = all[at]!
  if (l.kind === 'system') return <p class="mark">{l.text ?? t(`${(l.event ?? '') as 'joined'}`, { name: l.author.name ?? '' })}</p>
  const mine = l.author.kind === 'visitor'
  const next = all[at + 1]
  const closes = next?.kind !== l.kind || next.author.kind !== l.author.kind || next.author.name !== l.author.name
  const opens = all[at - 1]?.kind !== l.kind || all[at - 1]!.author.kind !== l.author.kind || all[at - 1]!.author.name !== l.author.name
  const time = clock(session.person.language, l.at)
  const mark = newest && closes ? ` · ${t(stateOf(talk, l.seq))}` : ''
  return (
    <Bubble
      side={mine ? 'me' : 'them'}
      name={mine ? t('you') : l.author.name}
      initials={l.author.initials}
      face={!mine && opens}
      text={l.deleted ? t('deleted') : l.text}
      faint={l.deleted}
      files={l.attachments}
      foot={closes || l.edited ? `${l.edited ? `${t('edited')} · ` : ''}${time}${mark}` : ''}
      talk={talk}
    />
  )
}

function stateOf({ session }: Talk, seq: number): 'stateSeen' | 'stateDelivered' | 'stateSent' {
  const { read = 0, delivered = 0 } = session.shown.state ?? {}
  return read >= seq ? 'stateSeen' : delivered >= seq ? 'stateDelivered' : 'stateSent'
}

/** What the server has not confirmed yet, or has refused. */
function Waiting({ talk, p }: { talk: Talk; p: Pending<'say'> }) {
  const { t, session } = talk
  const tooLate = p.fault?.code === 'chat.ended'
  const state = p.fault ? `${t('stateFailed')}. ${tooLate ? t('isOver') : p.fault.text}` : session.status === 'online' ? t('stateSending') : t('stateKept')
  return (
    <div class={p.fault ? 'failed' : 'waiting'}>
      <Bubble side="me" name={t('you')} text={p.data.text} files={p.files} foot={state} talk={talk} />
      {p.fault && (
        <div class="row">
          <button type="button" class="link" onClick={() => (tooLate ? talk.writing.sayAnew() : session.retry(p.cid))}>
            {t(tooLate ? 'sendAnew' : 'retry')}
          </button>
          <button type="button" class="link" onClick={() => session.discard(p.cid)}>
            {t('discard')}
          </button>
        </div>
      )}
    </div>
  )
}

interface BubbleProps {
  side: 'me' | 'them'
  name?: string
  initials?: string
  face?: boolean
  text?: string
  faint?: boolean
  files?: Attachment[]
  foot?: string
  talk?: Talk
}

function Bubble({ side, name, initials, face, text, faint, files, foot, talk }: BubbleProps) {
  return (
    <div class={`line ${side}`}>
      {face && (
        <p class="who">
          <Avatar name={name} initials={initials} />
          {name}
        </p>
      )}
      {!face && <span class="sr">{name}: </span>}
      {text && <p class={faint ? 'bubble faint' : 'bubble'} dir="auto">{linked(text)}</p>}
      {talk && files?.map((f) => <File key={f.id} file={f} talk={talk} />)}
      {foot && (
        <small class="foot" aria-live="off">
          {foot}
        </small>
      )}
    </div>
  )
}

function File({ file, talk: { screen, t } }: { file: Attachment; talk: Talk }) {
  const url = file.url && new URL(file.url, screen.host.base).href
  const picture = url && /^image\/(png|jpeg|gif|webp|avif)$/.test(file.type)
  return (
    <a class={picture ? 'picture' : 'file'} href={url} target="_blank" rel="noopener" download={file.name}>
      {picture ? (
        <img src={url} alt={t('photo', { name: file.name })} width={file.width} height={file.height} loading="lazy" />
      ) : (
        <Fragment>
          <Icon path={late.file} />
          <span>
            <b>{file.name}</b>
            <small>{size(file.size)}</small>
          </span>
        </Fragment>
      )}
    </a>
  )
}

/** Web addresses become links; nothing else of a text is ever taken for markup. */
function linked(text: string) {
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/).map((part, i) =>
    i % 2 ? (
      <a key={i} href={part} target="_blank" rel="noopener nofollow ugc">
        {part}
      </a>
    ) : (
      part
    ),
  )
}

function TypingMark({ name, talk: { t } }: { name?: string; talk: Talk }) {
  return (
    <div class="line them">
      <p class="bubble dots">
        <i />
        <i />
        <i />
        <span class="sr">{name ? t('typing', { name }) : t('typingSomeone')}</span>
      </p>
    </div>
  )
}
