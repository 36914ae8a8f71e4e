import { MessageAlerts } from './MessageAlerts'
import { ViewCommands } from './ViewCommands'

/** What the worklist adds to every screen. */
export function WorklistWatch() {
  return (
    <>
      <ViewCommands />
      <MessageAlerts />
    </>
  )
}
