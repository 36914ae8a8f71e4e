import { TagsInput } from '@mantine/core'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { ChooseOne } from '@/kit/Choose'
import { CaseFields } from './CaseFields'
import { nameIn, useStatuses } from './names'
import { PersonField } from './PersonField'
import { TopicField } from './TopicField'
import { type CaseRow, priorities } from './types'
import { useCaseActs } from './useCaseActs'
import classes from './Case.module.css'

const mostTags = 20
const longestTag = 50

/** What can be changed of a case where it is shown: each choice counts at once and can be undone. */
export function CaseProperties({ row }: { row: CaseRow }) {
  const t = useT()
  const editable = useCan('case.edit') && !row.merged_into
  const acts = useCaseActs()
  const { offered, find } = useStatuses()
  const current = find(row.status_id)
  const statuses = current && !offered.includes(current) ? [...offered, current] : offered
  return (
    <div className={classes.properties}>
      <ChooseOne
        label={t('cases.status')}
        data={statuses.map((s) => ({ value: s.id, label: nameIn(s.names, t.language) }))}
        value={current ? row.status_id : null}
        disabled={!editable}
        allowDeselect={false}
        onChange={(id) => {
          const next = id === row.status_id ? undefined : find(id ?? '')
          if (next) void acts.setStatus(row, next)
        }}
      />
      <ChooseOne
        label={t('cases.priority')}
        data={priorities.map((p) => ({ value: p, label: t(`cases.priority.${p}`) }))}
        value={row.priority}
        disabled={!editable}
        allowDeselect={false}
        onChange={(next) => {
          const priority = priorities.find((p) => p === next)
          if (priority && priority !== row.priority) void acts.setPriority(row, priority)
        }}
      />
      <PersonField label={t('cases.owner')} placeholder={t('cases.noOwner')} value={row.owner} disabled={!editable} onChange={(owner) => void acts.setOwner(row, owner)} />
      <TopicField value={row.topic} disabled={!editable} onChange={(topic) => void acts.setTopic(row, topic)} />
      <TagsInput label={t('cases.tags')} value={row.tags} disabled={!editable} maxTags={mostTags} maxLength={longestTag} clearable={false} onChange={(tags) => void acts.setTags(row, tags)} />
      <CaseFields row={row} editable={editable} />
    </div>
  )
}
