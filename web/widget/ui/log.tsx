import { Fragment, h } from 'preact'
import * as late from './icons-more'
import type { Line } from '../model'
import { lines } from '../model'
import type { Pending } from '../outbox'
import type { Attachment } from '../protocol'
import type { Screen } from '../screen'
import { Avatar, Icon } from './parts'
import { size, standing } from './phrases'
import { clock, day, sameDay } from './dates'

const nearEnd = 40

export function Log({ screen }: { screen: Screen }) {
  const { t, session, config } = screen
  const shown = lines(session.model)
  const waiting = session.pending().filter((p): p is Pending<'say'> => p.type === 'say')
  const unseen = screen.atEnd ? 0 : session.unread()
  const toEnd = () => {
    screen.atEnd = true
    screen.focus('.log')
  }
  const scrolled = (e: Event) => {
    const { scrollTop, scrollHeight, clientHeight } = e.currentTarget as Element
    const atEnd = scrollHeight - scrollTop - clientHeight < nearEnd
    if (atEnd === screen.atEnd) return
    screen.atEnd = atEnd
    screen.changed()
  }
  const where = standing(t, session.model.state, session.person.language)
  return (
    <div class="scroll">
      <div class="body log" role="log" aria-label={t('log')} tabIndex={0} onScroll={scrolled}>
        {config.texts.greeting && <Bubble side="them" name={config.brand.name} text={config.texts.greeting} />}
        {shown.map((l, i) => (
          <Fragment key={l.seq}>
            {(!i || !sameDay(shown[i - 1]!.at, l.at)) && <p class="mark">{sameDay(l.at, Date.now()) ? t('today') : day(session.person.language, l.at)}</p>}
            {isFirstNew(screen, shown, i) && <p class="mark new">{t('new')}</p>}
            <Row screen={screen} all={shown} at={i} last={i === shown.length - 1 && !waiting.length} />
          </Fragment>
        ))}
        {waiting.map((p) => (
          <Waiting key={p.cid} screen={screen} p={p} />
        ))}
        {session.model.typing && <TypingMark name={session.model.state?.agent?.name} screen={screen} />}
        {where && <p class="standing"><Icon path={late.clock} /><span>{where}</span></p>}
      </div>
      {!screen.atEnd && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon path={late.down} />
          {unseen ? t('newMessages', { count: unseen }) : t('toNewest')}
        </button>
      )}
    </div>
  )
}

function isFirstNew({ newAfter }: Screen, shown: Line[], at: number): boolean {
  const theirs = (l?: Line) => !!l && l.seq > newAfter && l.author.kind !== 'visitor' && l.kind === 'message'
  return newAfter > 0 && theirs(shown[at]) && !shown.slice(0, at).some(theirs)
}

function Row({ screen, all, at, last }: { screen: Screen; all: Line[]; at: number; last: boolean }) {
  const { t, session } = screen
  const l = all[at]!
  if (l.kind === 'system') return <p class="mark">{l.text ?? t(`${(l.event ?? '') as 'joined'}`, { name: l.author.name ?? '' })}</p>
  const mine = l.author.kind === 'visitor'
  const next = all[at + 1]
  const closes = next?.kind !== l.kind || next.author.kind !== l.author.kind || next.author.name !== l.author.name
  const opens = all[at - 1]?.kind !== l.kind || all[at - 1]!.author.kind !== l.author.kind || all[at - 1]!.author.name !== l.author.name
  const lastMine = mine && !all.slice(at + 1).some((x) => x.author.kind === 'visitor' && x.kind === 'message')
  const time = clock(session.person.language, l.at)
  const mark = lastMine && (last || closes) ? ` · ${t(stateOf(screen, l.seq))}` : ''
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
      screen={screen}
    />
  )
}

function stateOf({ session }: Screen, seq: number): 'stateSeen' | 'stateDelivered' | 'stateSent' {
  const { read = 0, delivered = 0 } = session.model.state ?? {}
  return read >= seq ? 'stateSeen' : delivered >= seq ? 'stateDelivered' : 'stateSent'
}

/** What the server has not confirmed yet, or has refused. */
function Waiting({ screen, p }: { screen: Screen; p: Pending<'say'> }) {
  const { t, session } = screen
  const files = p.data.attachments?.map((id) => session.file(id)).filter((f) => f !== undefined)
  const state = p.fault ? `${t('stateFailed')}. ${p.fault.text}` : session.status === 'online' ? t('stateSending') : t('stateKept')
  return (
    <div class={p.fault ? 'failed' : 'waiting'}>
      <Bubble side="me" name={t('you')} text={p.data.text} files={files} foot={state} screen={screen} />
      {p.fault && (
        <div class="row">
          <button type="button" class="link" onClick={() => session.retry(p.cid)}>
            {t('retry')}
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
  screen?: Screen
}

function Bubble({ side, name, initials, face, text, faint, files, foot, screen }: BubbleProps) {
  return (
    <div class={`line ${side}`}>
      {face && (
        <p class="who">
          <Avatar name={name} initials={initials} />
          {name}
        </p>
      )}
      {!face && <span class="sr">{name}: </span>}
      {text && <p class={faint ? 'bubble faint' : 'bubble'}>{linked(text)}</p>}
      {screen && files?.map((f) => <File key={f.id} file={f} screen={screen} />)}
      {foot && <small class="foot">{foot}</small>}
    </div>
  )
}

function File({ file, screen: { host, t } }: { file: Attachment; screen: Screen }) {
  const url = file.url && new URL(file.url, host.base).href
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

function TypingMark({ name, screen: { t } }: { name?: string; screen: Screen }) {
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
