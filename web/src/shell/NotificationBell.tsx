import { ActionIcon, Popover } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Bell } from 'lucide-react'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { Ago } from '@/lib/time'
import { Count } from '@/kit/Badge'
import { DesktopSwitch } from './DesktopSwitch'
import { type News, newsName, useNews } from './news'
import classes from './NotificationBell.module.css'

/** What happened meanwhile, and whether to tell outside the browser. */
export function NotificationBell() {
  const t = useT()
  const { items, unread, markRead } = useNews()
  const [open, setOpen] = useState(false)
  const close = () => setOpen(false)
  return (
    <Popover opened={open} onChange={setOpen} width={340} position="bottom-end" withRoles trapFocus returnFocus onOpen={markRead}>
      <Popover.Target>
        <ActionIcon size={40} className={classes.bell} onClick={() => setOpen((now) => !now)} aria-label={unread > 0 ? t('news.unread', { count: unread }) : t('news.title')}>
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
        {items.length === 0 ? (
          <p className={classes.empty}>{t('news.empty')}</p>
        ) : (
          <ul className={classes.list}>
            {items.map((news) => (
              <Item key={newsName(news)} news={news} onFollow={close} />
            ))}
          </ul>
        )}
        <div className={classes.foot}>
          <DesktopSwitch />
          <Link to="/me" search={{ tab: 'alerts' }} onClick={close}>
            {t('news.settings')}
          </Link>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function Item({ news, onFollow }: { news: News; onFollow: () => void }) {
  const told = useTold(news)
  const { at, conversation_id: conversation, case_id, article_id } = news
  const body = (
    <>
      <span>{told}</span>
      <Ago at={at} className={classes.ago} />
    </>
  )
  return (
    <li>
      {article_id ? (
        <Link to="/knowledge/$id" params={{ id: article_id }} search={{ due: true }} className={classes.item} onClick={onFollow}>
          {body}
        </Link>
      ) : case_id ? (
        <Link to="/cases/$id" params={{ id: case_id }} className={classes.item} onClick={onFollow}>
          {body}
        </Link>
      ) : conversation ? (
        <Link to="/conversations/$id" params={{ id: conversation }} className={classes.item} onClick={onFollow}>
          {body}
        </Link>
      ) : (
        <div className={classes.item}>{body}</div>
      )}
    </li>
  )
}

/** What happened, in words; of a kind that a newer server has, that something did. */
function useTold({ kind, by }: News): string {
  const t = useT()
  if (kind === 'mention') return by ? t('news.mention', { name: by }) : t('news.mentioned')
  return t.maybe(`news.${kind}`) ?? t('news.other')
}
