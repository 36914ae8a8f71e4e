import { Menu } from '@mantine/core'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { ChevronDown, LayoutDashboard, Lock } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { AdminTexts } from '@/lib/i18n/AdminTexts'
import { useSession } from '@/lib/session'
import { Empty, PanelBoundary } from '@/kit/states'
import { useNarrow } from '@/kit/SidePanel'
import { type SectionGroup, groupsFor, mayOpen, sectionAt } from './sections'
import classes from './Admin.module.css'

/** The administration with its texts. */
export function AdminLayout() {
  return (
    <AdminTexts>
      <Layout />
    </AdminTexts>
  )
}

/** The administration's menu beside its pages; on phones a button above them. */
function Layout() {
  const t = useT()
  const session = useSession()
  const narrow = useNarrow()
  const path = useRouterState({ select: (s) => s.location.pathname })
  const section = sectionAt(path)
  const groups = groupsFor(session)
  const refused = groups.length === 0 || (section !== undefined && !mayOpen(session, section))
  return (
    <div className={classes.layout}>
      {groups.length > 0 && (narrow ? <MenuButton groups={groups} current={t(section?.label ?? 'admin.overview.title')} /> : <SideMenu groups={groups} />)}
      <div className={classes.content}>
        <PanelBoundary resetKey={path}>{refused ? <Empty icon={<Lock size={20} />} title={t('admin.refused')} text={t('admin.refusedText')} /> : <Outlet />}</PanelBoundary>
      </div>
    </div>
  )
}

function SideMenu({ groups }: { groups: readonly SectionGroup[] }) {
  const t = useT()
  return (
    <nav className={classes.menu} aria-label={t('admin.title')}>
      <Link to="/admin" className={classes.entry} activeOptions={{ exact: true }} activeProps={{ 'data-active': true }}>
        <LayoutDashboard size={16} aria-hidden /> {t('admin.overview.title')}
      </Link>
      {groups.map((group) => (
        <section key={group.label} className={classes.group}>
          <h2 className={classes.groupTitle}>{t(group.label)}</h2>
          {group.sections.map(({ id, label, icon: Icon }) => (
            <Link key={id} to={`/admin/${id}`} className={classes.entry} activeProps={{ 'data-active': true }}>
              <Icon size={16} aria-hidden /> {t(label)}
            </Link>
          ))}
        </section>
      ))}
    </nav>
  )
}

function MenuButton({ groups, current }: { groups: readonly SectionGroup[]; current: string }) {
  const t = useT()
  return (
    <Menu width={260}>
      <Menu.Target>
        <button type="button" className={classes.menuButton}>
          <span className={classes.where}>{t('admin.title')}</span> {current} <ChevronDown size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={classes.dropdown}>
        <Menu.Item component={Link} to="/admin" leftSection={<LayoutDashboard size={16} />}>
          {t('admin.overview.title')}
        </Menu.Item>
        {groups.map((group) => (
          <div key={group.label}>
            <Menu.Label>{t(group.label)}</Menu.Label>
            {group.sections.map(({ id, label, icon: Icon }) => (
              <Menu.Item key={id} component={Link} to={`/admin/${id}`} leftSection={<Icon size={16} />}>
                {t(label)}
              </Menu.Item>
            ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
