import { ActionIcon, Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { GitMerge, Link2, Unlink } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { api, ok } from '@/lib/api'
import { type Key, useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { useAct } from '@/kit/act'
import { Badge } from '@/kit/Badge'
import { ChannelMark } from '@/kit/ChannelMark'
import { ChooseOne } from '@/kit/Choose'
import { calledBy } from '../conversation/calledBy'
import { keys } from './caches'
import { DueBadge, StatusBadge } from './Marks'
import { PickCase } from './PickCase'
import { type Relation, tiedCases } from './relations'
import type { CaseDetail, CaseLink, CaseRow } from './types'
import parts from './Case.module.css'
import classes from './CasePage.module.css'

/** What belongs to a case: conversations, other cases, and those merged into it. */
export function Ties({ detail, editable }: { detail: CaseDetail; editable: boolean }) {
  const t = useT()
  const [adding, setAdding] = useState(false)
  const tied = tiedCases(detail)
  return (
    <>
      <section className={parts.section} aria-label={t('cases.conversations')}>
        <div className={parts.sectionHead}>
          <h3>{t('cases.conversations')}</h3>
        </div>
        {detail.conversations.length === 0 && <p className={parts.faint}>{t('cases.conversations.none')}</p>}
        {detail.conversations.length > 0 && (
          <ul className={classes.ties}>
            {detail.conversations.map((row) => (
              <Line key={row.id} unlink={editable && <Untie detail={detail} link={detail.links.find((l) => l.conversation_id === row.id && l.case_id === detail.id)} name={row.subject || calledBy(t, row.customer)} />}>
                <Link to="/conversations/$id" params={{ id: row.id }} className={classes.tie}>
                  <ChannelMark channel={row.channel} size={22} />
                  <span className={classes.tieText}>
                    <strong>{row.subject || calledBy(t, row.customer)}</strong>
                    <span>{row.preview}</span>
                  </span>
                  <Ago at={row.last_entry_at} className={parts.faint} />
                  {row.state !== 'closed' && <Badge tone="ok">{t('desk.customer.open')}</Badge>}
                </Link>
              </Line>
            ))}
          </ul>
        )}
      </section>
      <section className={parts.section} aria-label={t('cases.others')}>
        <div className={parts.sectionHead}>
          <h3>{t('cases.others')}</h3>
          {editable && (
            <Button size="compact-xs" variant="subtle" leftSection={<Link2 size={14} aria-hidden />} aria-expanded={adding} onClick={() => setAdding((now) => !now)}>
              {t('cases.others.add')}
            </Button>
          )}
        </div>
        {adding && <Tie detail={detail} onDone={() => setAdding(false)} />}
        {tied.length === 0 && detail.merged.length === 0 && !adding && <p className={parts.faint}>{t('cases.others.none')}</p>}
        <ul className={classes.ties}>
          {tied.map(({ link, relation, row }) => (
            <Line key={link.id} unlink={editable && <Untie detail={detail} link={link} name={`#${row.number}`} />}>
              <CaseLine row={row} told={t(`cases.relation.${relation}`)} />
            </Line>
          ))}
          {detail.merged.map((row) => (
            <Line key={row.id}>
              <CaseLine row={row} told={t('cases.relation.merged')} icon={<GitMerge size={14} aria-hidden />} />
            </Line>
          ))}
        </ul>
      </section>
    </>
  )
}

function Line({ unlink, children }: { unlink?: ReactNode; children: ReactNode }) {
  return (
    <li className={classes.line}>
      {children}
      {unlink}
    </li>
  )
}

function CaseLine({ row, told, icon }: { row: CaseRow; told: string; icon?: ReactNode }) {
  return (
    <Link to="/cases/$id" params={{ id: row.id }} className={classes.tie}>
      <span className={classes.relation}>
        {icon} {told}
      </span>
      <span className={classes.tieText}>
        <strong>
          <span className={parts.number}>#{row.number}</span> {row.subject}
        </strong>
      </span>
      <StatusBadge row={row} />
      <DueBadge row={row} />
    </Link>
  )
}

/** What a link is sent as, to make it again. */
const bodyOf = ({ kind, conversation_id, interaction_id, other_id }: CaseLink) => ({ kind, conversation_id, interaction_id, case_id: other_id })

function Untie({ detail, link, name }: { detail: CaseDetail; link: CaseLink | undefined; name: string }) {
  const t = useT()
  const act = useAct()
  if (!link) return null
  const path = { id: link.case_id }
  const untie = () =>
    act({
      done: t('cases.done.untied', { name }),
      touches: [keys.all, keys.one(detail.id)],
      commit: () => ok(api.DELETE('/api/v1/cases/{id}/links/{link}', { params: { path: { ...path, link: link.id } } })),
      undo: () => ok(api.POST('/api/v1/cases/{id}/links', { params: { path }, body: bodyOf(link) })),
    })
  return (
    <ActionIcon size={28} aria-label={t('cases.untie', { name })} title={t('cases.untie', { name })} onClick={() => void untie()}>
      <Unlink size={14} />
    </ActionIcon>
  )
}

const offered = ['parent', 'child', 'related', 'duplicate', 'follows'] as const satisfies readonly Relation[]
type Offered = (typeof offered)[number]

/** Whose link it is, to whom, and of which kind: a part names its whole. */
function linkOf(relation: Offered, own: string, other: string) {
  const kind = ({ parent: 'child_of', child: 'child_of', related: 'related', duplicate: 'duplicate', follows: 'follow_up_of' } as const)[relation]
  return relation === 'child' ? { from: other, to: own, kind } : { from: own, to: other, kind }
}

function Tie({ detail, onDone }: { detail: CaseDetail; onDone: () => void }) {
  const t = useT()
  const act = useAct()
  const [relation, setRelation] = useState<Offered>('related')
  const [chosen, setChosen] = useState<CaseRow>()
  const tie = async (row: CaseRow) => {
    const { from, to, kind } = linkOf(relation, detail.id, row.id)
    let made: string | undefined
    const done = await act({
      done: t('cases.done.tied', { number: `#${row.number}` }),
      touches: [keys.all, keys.one(detail.id)],
      commit: async () => {
        made = (await ok(api.POST('/api/v1/cases/{id}/links', { params: { path: { id: from } }, body: { kind, case_id: to } }))).id
      },
      undo: async () => {
        if (made) await ok(api.DELETE('/api/v1/cases/{id}/links/{link}', { params: { path: { id: from, link: made } } }))
      },
    })
    if (done) onDone()
  }
  return (
    <form
      className={parts.inlineForm}
      aria-label={t('cases.others.add')}
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen) void tie(chosen)
      }}
    >
      <ChooseOne label={t('cases.relation')} allowDeselect={false} data={offered.map((r) => ({ value: r, label: t(`cases.relation.choose.${r}` satisfies Key) }))} value={relation} onChange={(r) => setRelation((r ?? 'related') as Offered)} />
      <PickCase brand={detail.brand_id} without={[detail.id, ...detail.cases.map((r) => r.id)]} chosen={chosen} onChoose={setChosen} />
      <div className={parts.acts}>
        <Button size="xs" variant="default" onClick={onDone}>
          {t('act.cancel')}
        </Button>
        <Button size="xs" type="submit" disabled={!chosen}>
          {chosen ? t('cases.panel.linkDo', { number: `#${chosen.number}` }) : t('cases.others.add')}
        </Button>
      </div>
    </form>
  )
}
