import { ActionIcon, Popover, Switch } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Bell } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { Count } from '@/kit/Badge'
import { type News, desktopNewsOn, setDesktopNews, useNews } from './news'
import classes from './NotificationBell.module.css'

/** What happened meanwhile, and whether to tell outside the browser. */
export function NotificationBell() {
  const t = useT()
  const { items, unread, markRead } = useNews()
  return (
    <Popover width={340} position="bottom-end" withRoles trapFocus returnFocus onOpen={markRead}>
      <Popover.Target>
        <ActionIcon size={40} className={classes.bell} aria-label={unread > 0 ? t('news.unread', { count: unread }) : t('news.title')}>
          <Bell size={20} strokeWidth={1.8} />
          {unread > 0 && (
            <span className={classes.count} aria-hidden>
              <Count value={unread} label="" tone="danger" />
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t('news.title')}>
        <h2 className={classes.head}>{t('news.title')}</h2>
        {items.length === 0 ? <p className={classes.empty}>{t('news.empty')}</p> : <ul className={classes.list}>{items.map((news) => <Item key={news.id} news={news} />)}</ul>}
        <DesktopSwitch />
      </Popover.Dropdown>
    </Popover>
  )
}

function Item({ news }: { news: News }) {
  const body = (
    <>
      <span>{news.text}</span>
      <Ago at={news.at} className={classes.ago} />
    </>
  )
  return (
    <li>
      {news.to ? (
        <Link to={news.to} className={classes.item}>
          {body}
        </Link>
      ) : (
        <div className={classes.item}>{body}</div>
      )}
    </li>
  )
}

function DesktopSwitch() {
  const t = useT()
  const [on, setOn] = useState(desktopNewsOn)
  const denied = !('Notification' in window) || Notification.permission === 'denied'
  return (
    <div className={classes.foot}>
      <Switch
        size="sm"
        label={t('news.desktop')}
        description={denied ? t('news.desktopDenied') : undefined}
        disabled={denied}
        checked={on}
        onChange={(e) => void setDesktopNews(e.currentTarget.checked).then(setOn)}
      />
    </div>
  )
}
