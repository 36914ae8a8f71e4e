import { Popover } from '@mantine/core'
import { ExternalLink } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '@/lib/i18n'
import { type FigureId, figure } from './registry'
import classes from './Definition.module.css'

const page = 'https://github.com/zongler/zongler/blob/main/docs/metrics.md'

interface Props {
  id: FigureId
  /** What else can be done with the figure, such as sorting by it. */
  children?: ReactNode
  className?: string
}

/** A figure's name; pressing it says how the figure is computed and where that is written. */
export function Definition({ id, children, className }: Props) {
  const t = useT()
  return (
    <Popover position="bottom" width={300} withinPortal trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={`${classes.name} ${className ?? ''}`}>
          {t(`figures.name.${id}`)}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={classes.body}>
          <strong>{t(`figures.name.${id}`)}</strong>
          <p>{t(`figures.define.${id}`)}</p>
          <a href={`${page}#${figure(id).anchor}`} target="_blank" rel="noopener noreferrer" data-autofocus>
            {t('figures.definition')} <ExternalLink size={12} aria-hidden />
          </a>
          {children}
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
