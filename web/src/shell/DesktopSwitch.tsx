import { Switch } from '@mantine/core'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { desktopNewsDenied, desktopNewsOn, setDesktopNews } from './desktop'

/** Whether this device tells outside the browser; the browser is asked when it is turned on. */
export function DesktopSwitch() {
  const t = useT()
  const [on, setOn] = useState(desktopNewsOn)
  const denied = desktopNewsDenied()
  return (
    <Switch
      size="sm"
      label={t('news.desktop')}
      description={denied ? t('news.desktopDenied') : undefined}
      disabled={denied}
      checked={on}
      onChange={(e) => void setDesktopNews(e.currentTarget.checked).then(setOn)}
    />
  )
}
