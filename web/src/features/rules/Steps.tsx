import { useT } from '@/lib/i18n'
import { Badge, type Tone } from '@/kit/Badge'
import { type Command, type Things, aboutOf, useSay } from './words'
import classes from './Rules.module.css'

/** A command with what came, or would come, of it. */
export interface Step {
  command: Command
  result?: 'did' | 'nothing' | 'failed'
  code?: string
  /** What is said to the customer. */
  text?: string
  unknown?: string[]
}

const tones: Record<string, Tone> = { did: 'ok', would: 'accent', nothing: 'neutral', failed: 'danger', untried: 'neutral' }

/** Commands in their order, with what came of each; `ahead` tells that nothing was done yet. */
export function Steps({ steps, things, ahead = false }: { steps: readonly Step[]; things: Things; ahead?: boolean }) {
  const t = useT()
  const say = useSay()
  return (
    <ol className={classes.steps}>
      {steps.map((step, i) => {
        const result = step.result === undefined ? 'untried' : ahead && step.result === 'did' ? 'would' : step.result
        const about = aboutOf(step.text ? { ...step.command, text: undefined, canned_id: undefined } : step.command, things, say.choice)
        return (
          <li key={i} className={classes.step}>
            <strong>{say.verb(step.command.do)}</strong>
            <Badge tone={tones[result]}>{t(`rules.result.${result}`)}</Badge>
            {about && <p>{about}</p>}
            {step.text && (
              <p className={classes.text} dir="auto">
                {step.text}
              </p>
            )}
            {step.unknown && step.unknown.length > 0 && <p className={classes.error}>{t('macros.unknown', { names: step.unknown.join(', ') })}</p>}
            {step.code && <p className={classes.hint}>{say.reason(step.code)}</p>}
          </li>
        )
      })}
    </ol>
  )
}
