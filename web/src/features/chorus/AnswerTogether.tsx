import { Button, Select, SegmentedControl, Textarea } from '@mantine/core'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, fieldTexts, ok, problemText } from '@/lib/api'
import { type Translate, useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { formatFull } from '@/lib/time'
import { Dialog } from '@/kit/overlays'
import { SkeletonRows } from '@/kit/states'
import { forget, kept, keptKey, useKept } from '../conversation/kept'
import { type Chorus, type CommonAnswer, type Place, type Voice, keys, placesQuery, setApart, voicesQuery } from './api'
import { Shared } from './Shared'
import { Whose } from './Whose'
import classes from './Chorus.module.css'

type LinkKind = CommonAnswer['link']

const stands = ['0', '1', '24', '72'] as const

// Places that are not the key of a post.
const post = 'post'
const entry = 'entry'

interface Props {
  chorus: Chorus
  /** From which it is answered; absent: from the list of all. */
  conversation?: string
  onClose: () => void
}

/** Answers all who say the same, or are about the same, with one public answer, once it was seen who gets what. */
export function AnswerTogether(props: Props) {
  const t = useT()
  return (
    <Dialog opened onClose={props.onClose} title={t('chorus.answer')} size={640}>
      <About chorus={props.chorus} />
      <Write {...props} />
    </Dialog>
  )
}

/** Whom the answer is for. */
function About({ chorus }: { chorus: Chorus }) {
  return (
    <div className={classes.about}>
      <p className={classes.title}>
        <Shared chorus={chorus} still />
      </p>
      <Whose chorus={chorus} />
    </div>
  )
}

function Write({ chorus, conversation, onClose }: Props) {
  const t = useT()
  const cache = useQueryClient()
  const key = keptKey('chorus', useSignedIn().user.id, chorus.id)
  const voices = useInfiniteQuery(voicesQuery(chorus.id))
  const all = voices.data?.pages.flatMap((page) => page.items) ?? []
  const [text, setText] = useState(() => kept<string>(key) ?? '')
  const [chosen, setPlace] = useState<string>()
  const [link, setLink] = useState<LinkKind>('none')
  const [linkText, setLinkText] = useState(() => t('chorus.linkText.usual'))
  const [hours, setHours] = useState<(typeof stands)[number]>('24')
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  useKept(key, text, text === '')
  const own = all.find((v) => v.conversation_id === conversation && !v.private)
  const matter = chorus.kind !== 'words'
  const places = useQuery({ ...placesQuery(chorus.id), enabled: matter }).data
  const place = chosen ?? (matter ? places?.[0]?.post_id : post)
  const wrong = fieldTexts(t, failure)
  const ready = text.trim() !== '' && chorus.waiting > 0 && place !== undefined
  const send = async () => {
    if (!ready || busy) return
    setBusy(true)
    setFailure(undefined)
    try {
      await ok(
        api.POST('/api/v1/common-answers', {
          body: { chorus_id: chorus.id, ...standing(place, own), text: text.trim(), link, link_text: link === 'none' ? undefined : linkText.trim(), stands_hours: Number(hours) as 0 | 1 | 24 | 72 },
        }),
      )
      forget(key)
      await cache.invalidateQueries({ queryKey: keys.all })
      onClose()
    } catch (error) {
      setFailure(error)
      setBusy(false)
    }
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <Textarea data-autofocus autosize minRows={3} maxRows={10} label={t('chorus.text')} description={t('chorus.everybody')} value={text} error={wrong.text} onChange={(e) => setText(e.currentTarget.value)} />
      {chorus.private ? <p className={classes.faint}>{t('chorus.private', { count: chorus.private })}</p> : null}
      {matter && <Places places={places} own={own} value={place} onChange={setPlace} wrong={wrong.post_id} />}
      {!matter && own && (
        <SegmentedControl
          aria-label={t('chorus.place')}
          value={place}
          onChange={setPlace}
          data={[
            { value: post, label: t('chorus.place.post') },
            { value: entry, label: t('chorus.place.entry') },
          ]}
        />
      )}
      <Select
        label={t('chorus.link')}
        value={link}
        allowDeselect={false}
        onChange={(next) => setLink((next ?? 'none') as LinkKind)}
        data={(['none', 'private', 'public'] as const).map((value) => ({ value, label: t(`chorus.link.${value}`) }))}
      />
      {link !== 'none' && (
        <Textarea autosize minRows={2} label={t('chorus.linkText')} description={t('chorus.linkText.help')} value={linkText} error={wrong.link_text} maxLength={2000} onChange={(e) => setLinkText(e.currentTarget.value)} />
      )}
      <Select
        label={t('chorus.stands')}
        description={t('chorus.stands.help')}
        value={hours}
        allowDeselect={false}
        onChange={(next) => setHours((next ?? '24') as (typeof stands)[number])}
        data={stands.map((value) => ({ value, label: t(`chorus.stands.${value}`) }))}
      />
      <Preview chorus={chorus.id} voices={all} loading={voices.isPending} link={link} onMore={voices.hasNextPage ? () => void voices.fetchNextPage() : undefined} />
      {failure !== undefined && (
        <p className={classes.wrong} role="alert">
          {problemText(t, failure)}
        </p>
      )}
      <div className={classes.acts}>
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" disabled={!ready} loading={busy}>
          {t('chorus.send', { count: chorus.waiting })}
        </Button>
      </div>
    </form>
  )
}

/** Where the answer stands, as the server is told: under the comment from which it is written, under a post, or under that of all. */
function standing(place: string | undefined, own: Voice | undefined) {
  if (place === entry) return { answers_id: own?.entry_id }
  return place === post ? {} : { post_id: place }
}

interface PlacesProps {
  places: readonly Place[] | undefined
  own: Voice | undefined
  value: string | undefined
  onChange: (place: string | undefined) => void
  wrong: string | undefined
}

/** Under which post of ours the answer to a topic or an outage stands. */
function Places({ places, own, value, onChange, wrong }: PlacesProps) {
  const t = useT()
  if (!places) return <SkeletonRows rows={1} />
  const data = places.map((p) => ({ value: p.post_id, label: placeText(t, p) }))
  if (own) data.push({ value: entry, label: t('chorus.place.entry') })
  if (data.length === 0) return <p className={classes.wrong}>{t('chorus.place.none')}</p>
  return <Select classNames={{ input: classes.cut }} label={t('chorus.place')} value={value ?? null} data={data} error={wrong} allowDeselect={false} onChange={(next) => onChange(next ?? undefined)} />
}

const shown = 60 // characters of a post

function placeText(t: Translate, { name, text, occurred_at, waiting }: Place): string {
  const said = text ? t('chorus.place.of', { name, post: text.length > shown ? `${text.slice(0, shown)}…` : text }) : t('chorus.place.at', { name, at: occurred_at ? formatFull(occurred_at, t.language) : '' })
  return waiting > 0 ? `${said} (${waiting})` : said
}

/** What becomes of one conversation: whether the answer settles it, and why not. */
function fateOf(t: Translate, voice: Voice, me: string, link: LinkKind): string {
  if (voice.apart_at) return t('chorus.fate.apart')
  const waits = voice.state === 'queued' || voice.state === 'offered' || voice.state === 'new'
  if (!waits && voice.agent?.id !== me) return t('chorus.fate.theirs', { agent: voice.agent?.name ?? '' })
  return t(voice.private ? 'chorus.fate.given' : `chorus.fate.${link}`)
}

function Preview({ chorus, voices, loading, link, onMore }: { chorus: string; voices: readonly Voice[]; loading: boolean; link: LinkKind; onMore?: () => void }) {
  const t = useT()
  const me = useSignedIn().user.id
  return (
    <section className={classes.preview} aria-label={t('chorus.preview')}>
      <h3>{t('chorus.preview')}</h3>
      {loading && <SkeletonRows rows={3} />}
      {/* The list scrolls, so it takes the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ul className={classes.voices} tabIndex={0} aria-label={t('chorus.preview')}>
        {voices.map((voice) => (
          <li key={voice.conversation_id} className={classes.voice} data-apart={voice.apart_at ? true : undefined}>
            <span className={classes.who}>
              <strong>{voice.customer.name || t('desk.social.somebody')}</strong>
              <span dir="auto">{voice.text ?? t('chorus.takenBack')}</span>
            </span>
            <span className={classes.fate}>{fateOf(t, voice, me, link)}</span>
            <TakeOut chorus={chorus} voice={voice} />
          </li>
        ))}
      </ul>
      {onMore && (
        <Button size="compact-sm" variant="subtle" onClick={onMore}>
          {t('chorus.more')}
        </Button>
      )}
    </section>
  )
}

function TakeOut({ chorus, voice }: { chorus: string; voice: Voice }) {
  const t = useT()
  const cache = useQueryClient()
  const [busy, setBusy] = useState(false)
  const name = voice.customer.name || t('desk.social.somebody')
  const toggle = async () => {
    setBusy(true)
    try {
      await setApart(cache, voice.conversation_id, chorus, !voice.apart_at)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button size="compact-xs" variant="subtle" loading={busy} aria-label={t(voice.apart_at ? 'chorus.putBack.of' : 'chorus.takeOut.of', { name })} onClick={() => void toggle()}>
      {t(voice.apart_at ? 'chorus.putBack' : 'chorus.takeOut')}
    </Button>
  )
}
