import { Button, Skeleton } from '@mantine/core'
import { CircleAlert, Copy } from 'lucide-react'
import { Component, type ErrorInfo, type ReactNode, useEffect, useState } from 'react'
import { Problem, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { onPartsRetry, partMissing, partOutdated, retryParts } from '@/lib/parts'
import classes from './states.module.css'

/** Why there is nothing here, and the one thing to do about it. */
export function Empty({ title, text, action, icon }: { title: string; text?: string; action?: ReactNode; icon?: ReactNode }) {
  return (
    <div className={classes.state}>
      {icon && <span className={classes.icon}>{icon}</span>}
      <p className={classes.title}>{title}</p>
      {text && <p className={classes.text}>{text}</p>}
      {action}
    </div>
  )
}

/** What failed, what to do, and the number to give to those who help. */
export function ErrorState({ error, onRetry, title }: { error: unknown; onRetry?: () => void; title?: string }) {
  const t = useT()
  // When to reload is the person's choice, for texts may be half written.
  const outdated = error instanceof Problem && error.code === partOutdated
  const requestId = error instanceof Problem ? error.requestId : undefined
  return (
    <div className={classes.state} role="alert">
      <span className={classes.icon} data-tone="danger">
        <CircleAlert size={20} aria-hidden />
      </span>
      <p className={classes.title}>{title ?? t('state.failed')}</p>
      <p className={classes.text}>{problemText(t, error)}</p>
      {onRetry && !outdated && (
        <Button variant="default" onClick={onRetry}>
          {t('act.retry')}
        </Button>
      )}
      {outdated && (
        <Button variant="default" onClick={() => location.reload()}>
          {t('shell.reload')}
        </Button>
      )}
      {requestId && (
        <button type="button" className={classes.code} onClick={() => void navigator.clipboard.writeText(requestId)}>
          {requestId} <Copy size={12} aria-label={t('act.copy')} />
        </button>
      )}
    </div>
  )
}

const waitBeforeSkeleton = 150

/** Shows its children only after a wait that is worth telling about. */
export function Delayed({ children }: { children: ReactNode }) {
  const [due, setDue] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), waitBeforeSkeleton)
    return () => clearTimeout(timer)
  }, [])
  return due ? children : null
}

/** Rows of the size that will come, for lists. */
export function SkeletonRows({ rows = 8, height = 'var(--z-row)', plain = false }: { rows?: number; height?: string; /** Rows of a table: one line, no face. */ plain?: boolean }) {
  const t = useT()
  return (
    <Delayed>
      <div role="status" aria-label={t('state.loading')}>
        {Array.from({ length: rows }, (_, i) => (
          <div key={i} className={classes.row} style={{ height }}>
            {!plain && <Skeleton circle height={36} />}
            <div className={classes.lines}>
              <Skeleton height={10} width={plain ? '70%' : '45%'} radius="sm" />
              {!plain && <Skeleton height={10} width="80%" radius="sm" />}
            </div>
          </div>
        ))}
      </div>
    </Delayed>
  )
}

interface BoundaryProps {
  children: ReactNode
  /** A change of it gives the panel another try: the open conversation's id, the path. */
  resetKey?: unknown
  /** The panel has no place of its own: its fault is told in a corner. */
  floating?: boolean
}

interface BoundaryState {
  error: unknown
  resetKey: unknown
}

/** Keeps the fault of one panel inside it: the rest of the desk, and a call, go on. */
export class PanelBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: undefined, resetKey: this.props.resetKey }

  static getDerivedStateFromError(error: unknown): Partial<BoundaryState> {
    return { error }
  }

  static getDerivedStateFromProps(props: BoundaryProps, state: BoundaryState): Partial<BoundaryState> | null {
    return props.resetKey === state.resetKey ? null : { error: undefined, resetKey: props.resetKey }
  }

  /** A part that could not be loaded is tried again when the connection is back. */
  #stop: (() => void) | undefined

  override componentDidMount() {
    this.#stop = onPartsRetry(() => {
      if (isMissing(this.state.error)) this.setState({ error: undefined })
    })
  }

  override componentWillUnmount() {
    this.#stop?.()
  }

  #retry = () => {
    if (isMissing(this.state.error)) retryParts()
    else this.setState({ error: undefined })
  }

  override componentDidCatch(error: unknown, info: ErrorInfo) {
    // That a part could not be loaded is told to the person, who may have no network: it is no fault of the program.
    if (isMissing(error)) return
    reportError(error instanceof Error ? Object.assign(error, { panel: info.componentStack }) : error)
  }

  override render() {
    if (this.state.error === undefined) return this.props.children
    const told = <ErrorState error={this.state.error} onRetry={this.#retry} />
    return this.props.floating ? <div className={classes.floating}>{told}</div> : told
  }
}

const isMissing = (error: unknown) => error instanceof Problem && error.code === partMissing
