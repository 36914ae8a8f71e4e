import { Tooltip, type TooltipProps } from '@mantine/core'
import { type CommandSpec, KeyCaps, useKeysOf } from '@/lib/keys'
import classes from './Tip.module.css'

/** A tooltip with the keys of the command that the control runs. */
export function Tip({ label, command, children, ...rest }: Omit<TooltipProps, 'label'> & { label: string; command?: CommandSpec }) {
  const keys = useKeysOf(command)
  return (
    <Tooltip
      {...rest}
      label={
        <span className={classes.tip}>
          {label}
          <KeyCaps keys={keys} />
        </span>
      }
    >
      {children}
    </Tooltip>
  )
}
