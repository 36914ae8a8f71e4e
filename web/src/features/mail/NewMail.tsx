import { Autocomplete, Button, Checkbox, SegmentedControl, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { lazyAlone } from '@/lib/parts'
import { useSignedIn } from '@/lib/session'
import { ChooseOne } from '@/kit/Choose'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { Dialog } from '@/kit/overlays'
import { useFileSize } from '../conversation/Attachments'
import { openersQuery } from '../conversation/templates/openers'
import { senderName, sendersQuery } from './api'
import { type Beginning, type Forward, leave } from './begin'
import { caseFor, usualFiles } from './forward'
import { bareSubject, isRecipient, parseRecipient, sameRecipient } from './mail'
import { usePeople } from './people'
import classes from './Mail.module.css'

interface Props {
  beginning: Beginning
  onClose: () => void
}

const WriteFirst = lazyAlone(async () => (await import('../conversation/templates/WriteFirst')).WriteFirst)

/** Begins a conversation: by mail, whose text is written there, or with a template of another channel. */
export function NewMail({ beginning, onClose }: Props) {
  const t = useT()
  const { brands } = useSignedIn()
  const [brand, setBrand] = useState(beginning.brand ?? brands[0]?.id ?? '')
  const [by, setBy] = useState(beginning.by ?? 'mail')
  const [wide, setWide] = useState(false)
  const free = !beginning.goesOn && !beginning.forward
  const openers = useQuery({ ...openersQuery(brand), enabled: free && brand !== '' }).data ?? []
  const choice = free && (openers.length > 0 || by === 'template')
  const title = t(beginning.goesOn ? 'mails.goOn' : beginning.forward ? 'mails.forwardTitle' : choice ? 'desk.opening.title' : 'mails.new')
  return (
    <Dialog opened onClose={onClose} title={title} size={wide ? 720 : 520}>
      {choice && !wide && (
        <SegmentedControl
          mb="md"
          fullWidth
          aria-label={title}
          data={[
            { value: 'mail', label: t('channel.email') },
            { value: 'template', label: t('desk.opening.template') },
          ]}
          value={by}
          onChange={(next) => setBy(next === 'template' ? 'template' : 'mail')}
        />
      )}
      {free && !wide && by === 'template' && brands.length > 1 && beginning.brand === undefined && <Brands brand={brand} onChange={setBrand} />}
      {by === 'template' ? (
        <Suspense>
          <WriteFirst key={brand} beginning={beginning} brand={brand} onWide={setWide} onClose={onClose} />
        </Suspense>
      ) : (
        <Form beginning={beginning} brand={brand} onBrand={setBrand} onClose={onClose} />
      )}
    </Dialog>
  )
}

/** For which brand one writes. */
function Brands({ brand, onChange }: { brand: string; onChange: (brand: string) => void }) {
  const t = useT()
  const { brands } = useSignedIn()
  return <ChooseOne mb="md" label={t('resource.brand')} data={brands.map((b) => ({ value: b.id, label: b.name }))} value={brand} allowDeselect={false} onChange={(id) => onChange(id ?? '')} />
}

const longestSubject = 300

function Form({ beginning, brand, onBrand, onClose }: Props & { brand: string; onBrand: (brand: string) => void }) {
  const t = useT()
  const { brands, user } = useSignedIn()
  const checks = useChecks()
  const navigate = useNavigate()
  const written = beginning.address ? (beginning.name ? `${beginning.name} <${beginning.address}>` : beginning.address) : ''
  const [to, setTo] = useState(written)
  const asked = useQuery(sendersQuery(brand))
  const senders = asked.data ?? []
  const usual = senders.find((s) => s.id === beginning.from) ?? senders[0]
  const [chosen, setChosen] = useState(() => (beginning.forward ? usualFiles(beginning.forward) : []))
  const people = usePeople(brand, to, to !== written)
  const form = useForm({
    initial: { from_id: '', subject: (beginning.forward ?? beginning.goesOn)?.subject ?? '' },
    validate: ({ subject }) => onlyErrors({ to: isRecipient(to) ? undefined : t('error.format.email'), from_id: senders.length === 0 ? t('mails.noMailbox') : undefined, subject: checks.required(subject) }),
    submit: async ({ from_id, subject }) => {
      const { name, address } = parseRecipient(to)
      // Another address than the one shown of a customer is not theirs because of that.
      // Where one goes on with a customer, it is: they are asked for one.
      const ofBeginning = beginning.goesOn || (beginning.address && sameRecipient(beginning.address, address)) ? beginning.customer : undefined
      const customer_id = ofBeginning ?? people.find((p) => sameRecipient(p.email ?? '', address))?.id
      const { forward, goesOn } = beginning
      const from = forward ?? goesOn
      const case_id = from && (await caseFor(from.conversation, bareSubject(from.subject) || from.subject))
      const made = await ok(api.POST('/api/v1/mails', { body: { from_id: from_id || (usual?.id ?? ''), to: address, name: name || undefined, subject: subject.trim(), customer_id, case_id } }))
      if (forward) leave(made.id, { html: '', forward: { conversation_id: forward.conversation, entry_id: forward.entry, attachment_ids: chosen } })
      if (goesOn) leave(made.id, { html: goesOn.html })
      onClose()
      void navigate({ to: '/conversations/$id', params: { id: made.id } })
    },
  })
  return (
    <form className={classes.new} onSubmit={form.onSubmit} noValidate>
      {(beginning.goesOn ?? beginning.forward) && <p className={classes.hint}>{t(beginning.goesOn ? 'mails.goOnText' : 'mails.forwardText')}</p>}
      {brands.length > 1 && beginning.brand === undefined && (
        <ChooseOne
          label={t('resource.brand')}
          data={brands.map((b) => ({ value: b.id, label: b.name }))}
          value={brand}
          allowDeselect={false}
          onChange={(id) => {
            onBrand(id ?? '')
            form.set('from_id', '')
          }}
        />
      )}
      <Autocomplete
        name="to"
        required
        data-autofocus={written === '' || undefined}
        label={t('mails.recipient')}
        description={t('mails.recipientHelp')}
        data={people.flatMap((p) => (p.email ? [`${p.name} <${p.email}>`] : []))}
        filter={({ options }) => options}
        value={to}
        error={form.errorOf('to')}
        onChange={setTo}
      />
      {senders.length > 1 ? (
        <ChooseOne name="from_id" label={t('mails.from')} data={senders.map((s) => ({ value: s.id, label: senderName(s, user.name) }))} value={form.values.from_id || (usual?.id ?? null)} error={form.errorOf('from_id')} allowDeselect={false} onChange={(id) => form.set('from_id', id ?? '')} />
      ) : (
        asked.data && <TextInput name="from_id" readOnly label={t('mails.from')} value={usual ? senderName(usual, user.name) : t('mails.noMailbox')} error={form.errorOf('from_id')} />
      )}
      <TextInput {...form.text('subject')} required data-autofocus={written !== '' || undefined} label={t('mails.subject')} maxLength={longestSubject} />
      {beginning.forward && <ChooseFiles forward={beginning.forward} chosen={chosen} onChange={setChosen} />}
      {form.summary && (
        <p className={classes.wrong} role="alert">
          {form.summary}
        </p>
      )}
      <div className={classes.newActs}>
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" loading={form.busy}>
          {t('mails.write')}
        </Button>
      </div>
    </form>
  )
}

/** Which files of a mail go along when it is passed on. */
function ChooseFiles({ forward, chosen, onChange }: { forward: Forward; chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
  const t = useT()
  const sizeOf = useFileSize()
  if (forward.files.length === 0) return null
  return (
    <fieldset className={classes.chooseFiles}>
      <legend>{t('mails.forwardChoose')}</legend>
      {forward.files.map((file) => {
        const ticked = chosen.includes(file.id)
        const large = file.size > forward.largest
        return (
          <Checkbox
            key={file.id}
            label={`${file.name} · ${sizeOf(file.size)}`}
            description={large ? t('mails.forwardTooLarge') : undefined}
            checked={ticked}
            disabled={large || (!ticked && chosen.length >= forward.most)}
            onChange={() => onChange(ticked ? chosen.filter((id) => id !== file.id) : [...chosen, file.id])}
          />
        )
      })}
    </fieldset>
  )
}
