import { useLocalStorage, useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { sidePanelQuery } from '@/kit/SidePanel'

/** Whether the customer's panel is open: kept on this device where it has its column; as a drawer it opens when asked. */
export function usePanel(): [boolean, (open: boolean) => void] {
  const wide = useMediaQuery(sidePanelQuery, window.matchMedia(sidePanelQuery).matches)
  const [kept, setKept] = useLocalStorage({ key: 'zongler.customerPanel', defaultValue: true, getInitialValueInEffect: false })
  const [drawer, setDrawer] = useState(false)
  return wide ? [kept, setKept] : [drawer, setDrawer]
}
