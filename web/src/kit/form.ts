import { type FormEvent, useRef, useState } from 'react'
import { fieldTexts, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'

/** What is wrong with fields, by name, in words. */
export type FieldErrors = Record<string, string>

interface FormOptions<T> {
  initial: T
  /** What can be said before asking the server; it has the last word. */
  validate?: (values: T) => FieldErrors
  submit: (values: T) => Promise<unknown>
}

export interface Form<T> {
  values: T
  set: <K extends keyof T & string>(name: K, value: T[K]) => void
  /** The error of a field or of a part of it ("hours" has that of "hours[0].from"). */
  errorOf: (name: string) => string | undefined
  /** What is wrong with the whole, or with fields that the form does not show. */
  summary: string | undefined
  busy: boolean
  dirty: boolean
  onSubmit: (event?: FormEvent<HTMLFormElement>) => void
  /** Checks only; says whether all is well. For the steps of a guide. */
  check: (names: readonly string[]) => boolean
  /** Ties a text control to a field. */
  text: <K extends keyof T & string>(name: K) => { name: K; value: string; onChange: (event: { currentTarget: { value: string } }) => void; error: string | undefined }
}

/** State of a form whose errors come from the server as problem+json, field by field. */
export function useForm<T extends object>({ initial, validate, submit }: FormOptions<T>): Form<T> {
  const t = useT()
  const [values, setValues] = useState(initial)
  const [errors, setErrors] = useState<FieldErrors>({})
  const [failure, setFailure] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const element = useRef<HTMLFormElement>(null)

  const set: Form<T>['set'] = (name, value) => {
    setValues((now) => ({ ...now, [name]: value }))
    setErrors((now) => Object.fromEntries(Object.entries(now).filter(([path]) => !isPartOf(path, name))))
  }
  const errorOf = (name: string) => Object.entries(errors).find(([path]) => isPartOf(path, name))?.[1]

  const reject = (wrong: FieldErrors) => {
    setErrors(wrong)
    focusFirst(element.current, Object.keys(wrong))
  }
  const send = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      await submit(values)
      setErrors({})
    } catch (error) {
      setFailure(error)
      reject(fieldTexts(t, error))
    } finally {
      setBusy(false)
    }
  }
  return {
    values,
    set,
    errorOf,
    summary: failure === undefined ? undefined : problemText(t, failure),
    busy,
    dirty: JSON.stringify(values) !== JSON.stringify(initial),
    onSubmit: (event) => {
      event?.preventDefault()
      if (event) element.current = event.currentTarget
      if (busy) return
      const wrong = validate?.(values) ?? {}
      if (Object.keys(wrong).length > 0) reject(wrong)
      else void send()
    },
    check: (names) => {
      const wrong = Object.fromEntries(Object.entries(validate?.(values) ?? {}).filter(([path]) => names.some((n) => isPartOf(path, n))))
      setErrors(wrong)
      return Object.keys(wrong).length === 0
    },
    text: (name) => ({ name, value: String(values[name] ?? ''), onChange: (event) => set(name, event.currentTarget.value as never), error: errorOf(name) }),
  }
}

const isPartOf = (path: string, name: string) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`)

/** Moves the focus to the first control, in the order of the page, that has an error. */
function focusFirst(form: HTMLFormElement | null, paths: readonly string[]) {
  requestAnimationFrame(() => {
    const controls = [...(form?.querySelectorAll<HTMLElement>('[name]') ?? [])]
    const wrong = controls.find((c) => paths.some((p) => isPartOf(p, c.getAttribute('name') ?? '')))
    shownFor(wrong)?.focus()
  })
}

/** A list to choose from keeps its value in a hidden field behind the one that is shown. */
function shownFor(control: HTMLElement | undefined): HTMLElement | null | undefined {
  return control instanceof HTMLInputElement && control.type === 'hidden' ? control.previousElementSibling?.querySelector('input') : control
}

const email = /^[^\s@]+@[^\s@]+$/
export const leastPassword = 10

/** Checks that can be made without the server, in the words of its own errors. */
export function useChecks() {
  const t = useT()
  return {
    required: (value: string | readonly unknown[]) => (value.length === 0 || (typeof value === 'string' && value.trim() === '') ? t('error.required') : undefined),
    email: (value: string) => (email.test(value.trim()) ? undefined : t('error.format.email')),
    password: (value: string) => ([...value].length >= leastPassword ? undefined : t('error.length.min', { min: leastPassword })),
  }
}

/** Keeps only the fields that have an error. */
export function onlyErrors(errors: Record<string, string | undefined>): FieldErrors {
  return Object.fromEntries(Object.entries(errors).filter((e): e is [string, string] => e[1] !== undefined))
}
