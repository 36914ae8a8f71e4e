import { ActionIcon } from '@mantine/core'
import { CircleCheck, Copy, Info, TriangleAlert, X } from 'lucide-react'
import { type ReactNode, createContext, use, useEffect, useMemo, useState } from 'react'
import { Problem } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { type CommandSpec, KeyCaps, useCommand, useKeysOf } from '@/lib/keys'
import classes from './toast.module.css'

/** How long a toast stays, and with it the chance to undo. */
export const toastMillis = 7000

const mostToasts = 3

export interface ToastSpec {
  kind: 'done' | 'info' | 'error'
  text: string
  /** Takes the act back; offered as a button and on the undo key. */
  undo?: () => void
  /** What went wrong: its code can be copied for those who help. */
  error?: unknown
}

interface Toast extends ToastSpec {
  id: number
}

interface Toasts {
  /** Answers a function that takes the toast away before its time. */
  show: (toast: ToastSpec) => () => void
}

const ToastContext = createContext<Toasts | null>(null)

/** Takes back the newest act that can be taken back. */
export const undoCommand: CommandSpec = { id: 'undo', title: 'toast.undo', group: 'keys.general', keys: 'z', scope: 'everywhere' }

export function useToasts(): Toasts {
  const toasts = use(ToastContext)
  if (!toasts) throw new Error('toasts need a ToastProvider above')
  return toasts
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Toast[]>([])
  const api = useMemo(() => {
    let last = 0
    const close = (id: number) => setShown((now) => now.filter((t) => t.id !== id))
    return {
      show: (toast: ToastSpec) => {
        const id = ++last
        setShown((now) => [...now, { ...toast, id }].slice(-mostToasts))
        return () => close(id)
      },
      close,
    }
  }, [])
  const undoable = shown.findLast((toast) => toast.undo)
  useCommand(
    undoCommand,
    () => {
      if (!undoable) return
      api.close(undoable.id)
      undoable.undo?.()
    },
    undoable !== undefined,
  )
  return (
    <ToastContext value={api}>
      {children}
      <section className={classes.stack} aria-live="polite" aria-label={useT()('toast.region')}>
        {shown.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onClose={() => api.close(toast.id)} />
        ))}
      </section>
    </ToastContext>
  )
}

const icons = { done: CircleCheck, info: Info, error: TriangleAlert }

function ToastCard({ toast, onClose }: { toast: Toast; onClose: () => void }) {
  const t = useT()
  const keys = useKeysOf(undoCommand)
  const [held, setHeld] = useState(false)
  const Icon = icons[toast.kind]

  // Who reads or tabs through a toast keeps it open.
  useEffect(() => {
    if (held) return undefined
    const timer = setTimeout(onClose, toastMillis)
    return () => clearTimeout(timer)
  }, [held, onClose])

  const hold = { onPointerEnter: () => setHeld(true), onPointerLeave: () => setHeld(false), onFocus: () => setHeld(true), onBlur: () => setHeld(false) }
  return (
    <div className={classes.toast} data-kind={toast.kind} role={toast.kind === 'error' ? 'alert' : undefined} {...hold}>
      <Icon size={16} aria-hidden />
      <span className={classes.text}>{toast.text}</span>
      <Code error={toast.error} />
      {toast.undo && (
        <button
          type="button"
          className={classes.undo}
          onClick={() => {
            onClose()
            toast.undo?.()
          }}
        >
          {t('toast.undo')} <KeyCaps keys={keys} />
        </button>
      )}
      <ActionIcon size="sm" onClick={onClose} aria-label={t('act.close')}>
        <X size={14} />
      </ActionIcon>
    </div>
  )
}

function Code({ error }: { error: unknown }) {
  const t = useT()
  if (!(error instanceof Problem)) return null
  const code = error.requestId ?? error.code
  return (
    <button type="button" className={classes.code} onClick={() => void navigator.clipboard.writeText(code)}>
      {code} <Copy size={12} aria-label={t('act.copy')} />
    </button>
  )
}
