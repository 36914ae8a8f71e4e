import { Alert, Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { ArrowLeft, Check } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { Problem, api, ok } from '@/lib/api'
import { useLanguage, useT } from '@/lib/i18n'
import { useChecks, useForm } from '@/kit/form'
import { useEnter } from '@/features/signin/enter'
import { setupQuery } from '@/routes'
import { OpenPage } from '@/shell/OpenPage'
import { BrandStep, OperatorStep, QueueStep, type StepProps, WidgetStep } from './Steps'
import { type SetupValues, blankSetup, checkSetup, codeOf, stepOf, steps, toSetupInput } from './input'
import classes from './SetupPage.module.css'

const bodies: Record<(typeof steps)[number]['id'], (props: StepProps) => React.ReactNode> = { operator: OperatorStep, brand: BrandStep, widget: WidgetStep, queue: QueueStep }

/** The guide through the first run: four short steps, sent as one. */
export function SetupPage() {
  const t = useT()
  const cache = useQueryClient()
  const enter = useEnter()
  const checks = useChecks()
  const { language } = useLanguage()
  const [at, setAt] = useState(0)
  const heading = useRef<HTMLHeadingElement>(null)

  const go = (to: number) => {
    setAt(to)
    requestAnimationFrame(() => heading.current?.focus())
  }
  const form = useForm<SetupValues>({
    initial: blankSetup(language, codeOf(location.hash)),
    validate: (values) => checkSetup(values, checks),
    submit: async (values) => {
      try {
        const session = await ok(api.POST('/api/v1/setup', { body: toSetupInput(values, language) }))
        await enter(session, '/admin') // where the steps that are left are listed
        cache.setQueryData(setupQuery.queryKey, { needed: false })
      } catch (error) {
        const step = error instanceof Problem ? stepOf(error.fields.map((f) => f.path)) : -1
        if (step >= 0) setAt(step)
        throw error
      }
    },
  })
  const step = steps[at]!
  const last = at === steps.length - 1
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    if (last) return form.onSubmit(event)
    event.preventDefault()
    if (form.check(step.fields)) go(at + 1)
  }
  const Body = bodies[step.id]
  return (
    <OpenPage title={t('setup.title')} text={t('setup.text')} wide>
      <div className={classes.guide}>
        <Progress at={at} onBack={go} />
        <form key={step.id} onSubmit={onSubmit} className={classes.form} noValidate>
          <h2 ref={heading} tabIndex={-1} className={classes.heading}>
            {t(`setup.${step.id}.title`)}
          </h2>
          <p className={classes.hint}>{t(`setup.${step.id}.text`)}</p>
          {form.summary && (
            <Alert color="danger" role="alert">
              {form.summary}
            </Alert>
          )}
          <Body form={form} />
          <div className={classes.buttons}>
            {at > 0 && (
              <Button variant="default" size="lg" leftSection={<ArrowLeft size={16} />} onClick={() => go(at - 1)}>
                {t('act.back')}
              </Button>
            )}
            <Button type="submit" size="lg" ml="auto" loading={form.busy}>
              {t(last ? 'setup.finish' : 'act.next')}
            </Button>
          </div>
        </form>
      </div>
    </OpenPage>
  )
}

/** Where one is in the guide; steps that are done can be opened again. */
function Progress({ at, onBack }: { at: number; onBack: (step: number) => void }) {
  const t = useT()
  return (
    <ol className={classes.steps} aria-label={t('setup.steps')}>
      {steps.map((step, i) => (
        <li key={step.id} className={classes.step} data-state={i < at ? 'done' : i === at ? 'current' : 'ahead'} aria-current={i === at ? 'step' : undefined}>
          <span className={classes.number} aria-hidden>
            {i < at ? <Check size={14} /> : i + 1}
          </span>
          {i < at ? (
            <button type="button" className={classes.stepName} onClick={() => onBack(i)}>
              {t(`setup.${step.id}.step`)}
            </button>
          ) : (
            <span className={classes.stepName}>{t(`setup.${step.id}.step`)}</span>
          )}
        </li>
      ))}
    </ol>
  )
}
