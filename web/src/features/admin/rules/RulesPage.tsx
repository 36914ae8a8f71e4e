import { ActionIcon, Alert, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useAct } from '@/kit/act'
import { Badge, type Tone } from '@/kit/Badge'
import type { Resource } from '@/kit/resource/schema'
import { useNarrow } from '@/kit/SidePanel'
import classes from '../../rules/Rules.module.css'
import { keys, rules } from '../api'
import { Brand, Whose } from '../cases/CaseFieldsPage'
import { AdminList } from '../parts/AdminList'
import type { Rule } from '../types'
import { DoField } from './DoField'
import { LogTab, TryTab } from './Firings'
import { IfField } from './IfField'
import { WhenField } from './WhenField'
import { type RuleInput, blankRule, newRuleBody, ruleBody, ruleInput } from './form'

const resource: Resource<Rule, RuleInput> = {
  key: keys.rules,
  words: { title: 'rules.title', create: 'rules.create', empty: 'rules.empty', archived: 'rules.archived', saved: 'rules.saved', forever: 'rules.forever' },
  edit: 'rule.edit',
  width: 720,
  unsearched: true,
  nameOf: (rule) => rule.name,
  columns: [
    { id: 'name', label: 'admin.name', render: (rule) => <Name rule={rule} /> },
    { id: 'state', label: 'rules.state', wideOnly: true, render: (rule) => <State rule={rule} /> },
    { id: 'brand', label: 'resource.brand', wideOnly: true, render: (rule) => <Whose brand={rule.brand_id} /> },
    { id: 'active', label: 'rules.active', render: (rule) => <Active rule={rule} /> },
    { id: 'order', label: 'rules.order', render: (rule) => <Order rule={rule} /> },
  ],
  fields: [
    { kind: 'text', name: 'name', label: 'admin.name', required: true },
    { kind: 'switch', name: 'active', label: 'rules.active', help: 'rules.activeHelp' },
    { kind: 'custom', name: 'brand_id', label: 'resource.brand', render: (control) => <Brand control={control} /> },
    { kind: 'custom', name: 'when', label: 'rules.when', section: 'rules.when', render: (control) => <WhenField control={control} /> },
    { kind: 'custom', name: 'if', label: 'rules.if', section: 'rules.if', render: (control) => <IfField control={control} /> },
    { kind: 'custom', name: 'do', label: 'rules.commands', section: 'rules.do', render: (control) => <DoField control={control} of="rule" /> },
  ],
  blank: blankRule,
  toInput: ruleInput,
  ...rules,
  restore: undefined,
  create: (input) => rules.create(newRuleBody(input)),
  update: (id, input, before) => rules.update(id, ruleBody(input, before)),
  extra: (rule) => <Paused rule={rule} />,
  tabs: [
    { id: 'try', label: 'rules.try', render: (rule) => <TryTab rule={rule} /> },
    { id: 'log', label: 'rules.log', render: (rule) => <LogTab rule={rule} /> },
  ],
}

/** What the centre does by itself, in the order in which it is asked. */
export function RulesPage() {
  return <AdminList resource={resource} />
}

/** Its name; where there is no room for the states, that it was stopped. */
function Name({ rule }: { rule: Rule }) {
  const narrow = useNarrow()
  if (!narrow || rule.state !== 'paused') return <>{rule.name}</>
  return (
    <>
      {rule.name} <State rule={rule} />
    </>
  )
}

const tones: Record<Rule['state'], Tone> = { active: 'ok', off: 'neutral', paused: 'danger' }

function State({ rule }: { rule: Rule }) {
  const t = useT()
  return <Badge tone={tones[rule.state]}>{t(`rules.state.${rule.state}`)}</Badge>
}

function Paused({ rule }: { rule: Rule }) {
  const t = useT()
  if (rule.state !== 'paused') return null
  return (
    <Alert color="red" mx="md" mb="md" title={t('rules.state.paused')}>
      {t('rules.why.loop')}
    </Alert>
  )
}

function Active({ rule }: { rule: Rule }) {
  const t = useT()
  const act = useAct()
  const set = (active: boolean) => act({ done: t('rules.switched'), touches: [keys.rules], commit: () => rules.update(rule.id, { active }), undo: () => rules.update(rule.id, { active: !active }) })
  if (rule.archived) return null
  return <Switch aria-label={`${t('rules.active')}: ${rule.name}`} checked={rule.state === 'active'} onClick={(e) => e.stopPropagation()} onChange={(e) => void set(e.currentTarget.checked)} />
}

const allRules = { queryKey: [...keys.rules, 'all'], queryFn: () => rules.all(), staleTime: 30_000 }

/** Moves a rule among the others. */
function Order({ rule }: { rule: Rule }) {
  const t = useT()
  const act = useAct()
  const ids = (useQuery(allRules).data ?? []).map((r) => r.id)
  const at = ids.indexOf(rule.id)
  const move = (by: number) => {
    const next = [...ids]
    next.splice(at + by, 0, ...next.splice(at, 1))
    void act({ done: t('rules.ordered'), touches: [keys.rules], commit: () => ok(api.PUT('/api/v1/rule-order', { body: { ids: next } })) })
  }
  if (rule.archived) return null
  return (
    // A click beside an arrow must not open the rule.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <span className={classes.line} onClick={(e) => e.stopPropagation()}>
      <ActionIcon size={32} disabled={at <= 0} aria-label={t('rules.up', { name: rule.name })} onClick={() => move(-1)}>
        <ArrowUp size={16} />
      </ActionIcon>
      <ActionIcon size={32} disabled={at < 0 || at === ids.length - 1} aria-label={t('rules.down', { name: rule.name })} onClick={() => move(1)}>
        <ArrowDown size={16} />
      </ActionIcon>
    </span>
  )
}
