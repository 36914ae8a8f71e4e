import type { Resource } from '@/kit/resource/schema'
import { keys, skills } from '../api'
import { AdminList } from '../parts/AdminList'
import type { Skill } from '../types'

const resource: Resource<Skill, { name: string }> = {
  key: keys.skills,
  words: { title: 'admin.skills.title', create: 'admin.skills.create', empty: 'admin.skills.empty', archived: 'admin.skills.archived', saved: 'admin.skills.saved' },
  edit: 'queue.edit',
  nameOf: (skill) => skill.name,
  columns: [{ id: 'name', label: 'admin.name', render: (skill) => skill.name }],
  fields: [{ kind: 'text', name: 'name', label: 'admin.name', help: 'admin.skills.nameHelp', required: true }],
  blank: { name: '' },
  toInput: ({ name }) => ({ name }),
  ...skills,
}

/** Skills: what a queue may need of its agents. */
export function SkillsPage() {
  return <AdminList resource={resource} />
}
