import { Badge, Button, Group, TextInput } from '@mantine/core'
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowLeft, ExternalLink, Search, Send } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { chordOf, useKeysOf } from '@/lib/keys'
import { moved } from '@/kit/listKeys'
import { Dialog } from '@/kit/overlays'
import { Delayed } from '@/kit/states'
import { customerKey } from '../../customer/key'
import type { CustomerDetail } from '../../customer/types'
import { calledBy } from '../calledBy'
import { conversationCommands } from '../commands'
import { useDesk } from '../desk'
import type { Detail, Template } from '../types'
import { type Values, examplesOf, flawOf, isComplete, piecesOf, placesOf, sorted, textOf, inUse } from './fill'
import classes from './TemplateDialog.module.css'

interface Props {
  detail: Detail
  seen: () => number
  onClose: () => void
}

/** Chooses a text that the provider has approved, fills it in and sends it. */
export function TemplateDialog({ detail, seen, onClose }: Props) {
  const t = useT()
  const { outbox } = useDesk()
  const [chosen, setChosen] = useState<Template>()
  const language = useQueryClient().getQueryData<CustomerDetail>(customerKey(detail.customer.id))?.language || undefined
  const templates = useQuery({
    queryKey: ['templates', detail.id],
    queryFn: async () => (await ok(api.GET('/api/v1/conversations/{id}/templates', { params: { path: { id: detail.id } } }))).items,
    staleTime: 60_000,
  })
  const send = (template: Template, values: Values) => {
    void outbox.send(detail.id, { mode: 'reply', text: textOf(template, values), attachments: [], mentions: [], based_on_seq: seen(), template: inUse(template, values) })
    onClose()
  }
  return (
    <Dialog opened onClose={onClose} title={t('desk.template.use')} size={chosen ? 720 : 560}>
      {chosen ? <Fill template={chosen} name={calledBy(t, detail.customer)} disabled={outbox.full(detail.id)} onSend={(values) => send(chosen, values)} onBack={() => setChosen(undefined)} /> : <Choose templates={templates} language={language} onChoose={setChosen} />}
    </Dialog>
  )
}

interface ChooseProps {
  templates: Pick<UseQueryResult<Template[]>, 'data' | 'isPending' | 'isError' | 'error' | 'refetch'>
  /** Of the customer: templates in it come first. */
  language?: string
  onChoose: (template: Template) => void
}

/** The templates that there are, to search and choose from. */
export function Choose({ templates, language, onChoose }: ChooseProps) {
  const t = useT()
  const [q, setQ] = useState('')
  const found = sorted(templates.data ?? [], q, language)
  return (
    // The keys of the list inside.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div onKeyDown={walk}>
      <TextInput data-autofocus leftSection={<Search size={16} />} aria-label={t('desk.template.search')} placeholder={t('desk.template.search')} value={q} onChange={(e) => setQ(e.currentTarget.value)} />
      <div className={classes.list} role="group" aria-label={t('desk.template.use')} aria-busy={templates.isPending || undefined}>
        {templates.isPending && (
          <Delayed>
            <p className={classes.empty}>{t('state.loading')}</p>
          </Delayed>
        )}
        {templates.isError && (
          <div className={classes.empty} role="alert">
            <p>{problemText(t, templates.error)}</p>
            <Button size="xs" variant="default" onClick={() => void templates.refetch()}>
              {t('act.retry')}
            </Button>
          </div>
        )}
        {templates.data?.length === 0 && <p className={classes.empty}>{t('desk.template.none')}</p>}
        {templates.data && templates.data.length > 0 && found.length === 0 && <p className={classes.empty}>{t('state.nothingFound')}</p>}
        {found.map((template) => (
          <Line key={`${template.name} ${template.language}`} template={template} onChoose={onChoose} />
        ))}
      </div>
    </div>
  )
}

/** From line to line by the arrows; from the search into the list. */
function walk(event: KeyboardEvent<HTMLElement>) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined) return
  event.preventDefault()
  const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('[data-template]:not(:disabled)')]
  buttons[moved(buttons.indexOf(document.activeElement as HTMLButtonElement), step, buttons.length)]?.focus()
}

function Line({ template, onChoose }: { template: Template; onChoose: (template: Template) => void }) {
  const t = useT()
  const body = template.parts.find((part) => part.kind === 'body')
  return (
    <button type="button" className={classes.line} data-template aria-disabled={template.unfit ? true : undefined} onClick={() => template.unfit || onChoose(template)}>
      <span className={classes.name}>
        <strong>{template.name.replaceAll('_', ' ')}</strong>
        <Badge size="sm" variant="default">
          {template.language}
        </Badge>
      </span>
      <span className={classes.snippet} lang={template.language.slice(0, 2)}>
        {body && piecesOf(body.text, {}, examplesOf(template)).map((piece) => piece.text).join('')}
      </span>
      {template.unfit && <span className={classes.unfit}>{t.maybe(`error.${template.unfit}`) ?? template.unfit}</span>}
    </button>
  )
}

interface FillProps {
  template: Template
  /** Of the customer. */
  name: string
  disabled?: boolean
  busy?: boolean
  /** What stands between the message and its buttons, if it could not be sent. */
  children?: ReactNode
  onSend: (values: Values) => void
  onBack: () => void
}

/** Fills a template in, and shows what the customer will read. */
export function Fill({ template, name, disabled, busy, children, onSend, onBack }: FillProps) {
  const t = useT()
  const [values, setValues] = useState<Values>({})
  const places = placesOf(template)
  const ready = isComplete(template, values) && !disabled && !busy
  const sendKeys = useKeysOf(conversationCommands.send)
  const send = () => {
    if (ready) onSend(values)
  }
  return (
    // The keys of the fields inside.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      onKeyDown={(event) => {
        if (chordOf(event.nativeEvent) === sendKeys) send()
      }}
    >
      <div className={classes.fill}>
        <div className={classes.fields}>
          <p className={classes.chosen}>
            <strong>{template.name.replaceAll('_', ' ')}</strong> <Badge size="sm" variant="default">{template.language}</Badge>
          </p>
          {places.map((place, index) => (
            <TextInput
              key={place.key}
              data-autofocus={index === 0 || undefined}
              label={labelOf(t, place.key)}
              placeholder={place.example ? t('desk.template.example', { example: place.example }) : undefined}
              required
              maxLength={longestValue}
              value={values[place.key] ?? ''}
              error={flawOf(values[place.key] ?? '') === 'line' && t('error.template.one_line')}
              onChange={(e) => {
                const { value } = e.currentTarget
                setValues((now) => ({ ...now, [place.key]: value }))
              }}
            />
          ))}
        </div>
        <Preview template={template} values={values} name={name} />
      </div>
      {children}
      <Group justify="space-between" mt="lg" gap="sm">
        <Button variant="default" leftSection={<ArrowLeft size={15} />} onClick={onBack}>
          {t('desk.template.another')}
        </Button>
        <Button type="submit" leftSection={<Send size={15} />} loading={busy} disabled={!ready && !busy} data-autofocus={places.length === 0 || undefined}>
          {t('desk.act.send')}
        </Button>
      </Group>
    </form>
  )
}

const longestValue = 1000

/** What a place is called: by its own name, or by its number in its part. */
function labelOf(t: ReturnType<typeof useT>, key: string): string {
  const [where = '', ...rest] = key.split('.')
  const name = rest.at(-1) ?? ''
  const part = t.maybe(`desk.template.part.${where}`) ?? where
  return /^\d+$/.test(name) ? t('desk.template.value', { part, number: Number(name) }) : `${part}: ${name.replaceAll('_', ' ')}`
}

/** The message as the customer will read it; what is not given yet is marked. */
function Preview({ template, values, name }: { template: Template; values: Values; name: string }) {
  const t = useT()
  const examples = examplesOf(template)
  const shown = (text: string) =>
    piecesOf(text, values, examples).map((piece, index) =>
      piece.key ? (
        // The pieces of a text have no names, and their order stays.
        // oxlint-disable-next-line react/no-array-index-key
        <mark key={index} className={classes.place} data-given={piece.given || undefined}>
          {piece.text}
        </mark>
      ) : (
        piece.text
      ),
    )
  return (
    <section className={classes.preview} aria-label={t('desk.template.preview', { name })}>
      <p className={classes.caption}>{t('desk.template.preview', { name })}</p>
      <div className={classes.bubble} lang={template.language.slice(0, 2)} dir="auto">
        {template.parts.map((part, index) =>
          part.kind === 'button' ? (
            // oxlint-disable-next-line react/no-array-index-key
            <p key={index} className={classes.button}>
              {part.link && <ExternalLink size={13} aria-hidden />} {part.text}
              {part.link && <span className={classes.link}>{shown(part.link)}</span>}
            </p>
          ) : (
            // oxlint-disable-next-line react/no-array-index-key
            <p key={index} className={classes[part.kind]}>
              {shown(part.text)}
            </p>
          ),
        )}
      </div>
    </section>
  )
}
