import { Tabs } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useT } from '@/lib/i18n'
import { Page } from '@/kit/Page'
import { meTabs } from '.'
import { AlertsTab } from './AlertsTab'
import { KeysTab } from './KeysTab'
import { ProfileTab } from './ProfileTab'
import { SessionsTab } from './SessionsTab'

const route = getRouteApi('/desk/me')

/** One's own profile, alerts, keys and sign-ins. */
export function MePage() {
  const t = useT()
  const { tab = 'profile' } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page title={t('me.title')} width="form">
      <Tabs value={tab} onChange={(next) => void navigate({ search: { tab: meTabs.find((m) => m === next) }, replace: true })} keepMounted={false}>
        <Tabs.List mb="xl">
          {meTabs.map((m) => (
            <Tabs.Tab key={m} value={m}>
              {t(`me.${m}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="profile">
          <ProfileTab />
        </Tabs.Panel>
        <Tabs.Panel value="alerts">
          <AlertsTab />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysTab />
        </Tabs.Panel>
        <Tabs.Panel value="sessions">
          <SessionsTab />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
