import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import { useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { Dialog } from '@/kit/overlays'
import { type Organisation, foundOrganisationsQuery, organisationKey, organisationPreviewQuery } from './story'
import classes from './CustomerPage.module.css'

interface Props {
  /** Which stays: the people of the other belong to it then. */
  organisation: Organisation
  onClose: () => void
}

type Other = Pick<Organisation, 'id' | 'name' | 'domains'>

/** Says that another record is the same organisation, after a look at what that will mean. */
export function OrganisationJoinDialog(props: Props) {
  const t = useT()
  return (
    <Dialog opened onClose={props.onClose} title={t('customers.organisation.join.title', { name: props.organisation.name })} size={560}>
      <Body {...props} />
    </Dialog>
  )
}

function Body({ organisation: into, onClose }: Props) {
  const t = useT()
  const act = useAct()
  const [from, setFrom] = useState<Other>()
  const preview = useQuery({ ...organisationPreviewQuery(from?.id ?? '', into.id), enabled: from !== undefined })
  const join = (other: Other) => {
    onClose()
    let made: string | undefined
    void act({
      done: t('customers.organisation.join.done', { name: other.name }),
      touches: [organisationKey(into.id), organisationKey(other.id), ['organisations']],
      commit: async () => {
        made = (await ok(api.POST('/api/v1/organisations/{id}/joins', { params: { path: { id: other.id } }, body: { into_id: into.id } }))).id
      },
      undo: async () => {
        if (made) await ok(api.POST('/api/v1/organisation-joins/{id}/undo', { params: { path: { id: made } } }))
      },
    })
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (from && preview.data) join(from)
      }}
    >
      <p className={classes.faint}>{t('customers.organisation.join.help')}</p>
      <Pick into={into} chosen={from} onChoose={setFrom} />
      {from && preview.error && (
        <p className={classes.wrong} role="alert">
          {problemText(t, preview.error)}
        </p>
      )}
      {from && preview.data && (
        <section className={classes.preview} aria-label={t('customers.join.preview')}>
          <Side told={t('customers.organisation.join.becomes')} one={from} />
          <ArrowRight size={18} aria-hidden />
          <Side told={t('customers.join.stays')} one={into} />
          <ul>
            <li>{t('customers.organisation.join.moves', { count: preview.data.people })}</li>
          </ul>
        </section>
      )}
      <div className={classes.ends}>
        <Button variant="default" onClick={onClose}>
          {t('act.cancel')}
        </Button>
        <Button type="submit" disabled={!from || !preview.data}>
          {t('customers.organisation.join.same')}
        </Button>
      </div>
    </form>
  )
}

const typingPause = 250

function Pick({ into, chosen, onChoose }: { into: Organisation; chosen: Other | undefined; onChoose: (other: Other) => void }) {
  const t = useT()
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed, typingPause)
  const asked = useQuery(foundOrganisationsQuery(q, into.brand_id))
  const found = asked.data?.filter((o) => o.id !== into.id)
  return (
    <>
      <TextInput data-autofocus label={t('customers.organisation.join.other')} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
      <div className={classes.picks} role="radiogroup" aria-label={t('customers.organisation.join.other')}>
        {found?.length === 0 && <p className={classes.faint}>{t('customers.none')}</p>}
        {found?.map((o) => (
          <label key={o.id} className={classes.pick} data-chosen={chosen?.id === o.id || undefined}>
            <input type="radio" name="other" checked={chosen?.id === o.id} onChange={() => onChoose(o)} />
            <strong>{o.name}</strong>
            <span className={classes.faint}>{[t('customers.organisation.peopleCount', { count: o.people }), ...o.domains].join(' · ')}</span>
          </label>
        ))}
      </div>
    </>
  )
}

function Side({ told, one }: { told: string; one: Other }) {
  return (
    <div className={classes.previewSide}>
      <span className={classes.faint}>{told}</span>
      <strong>{one.name}</strong>
      <span className={classes.faint}>{one.domains.join(' · ')}</span>
    </div>
  )
}
