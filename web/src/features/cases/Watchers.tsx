import { ActionIcon, Button } from '@mantine/core'
import { Eye, EyeOff, X } from 'lucide-react'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import { useAct } from '@/kit/act'
import { Avatar } from '@/kit/Avatar'
import { keys, patchDetail } from './caches'
import { PersonField } from './PersonField'
import type { CaseDetail } from './types'
import classes from './Case.module.css'

interface Ref {
  id: string
  name: string
}

/** Who is told of what happens to a case beside its owner. */
export function Watchers({ detail, editable }: { detail: CaseDetail; editable: boolean }) {
  const t = useT()
  const act = useAct()
  const { user } = useSignedIn()
  const { id, watchers } = detail
  const watching = watchers.some((w) => w.id === user.id)
  const send = (on: boolean, who: string) => {
    const params = { path: { id, user: who } }
    return on ? ok(api.PUT('/api/v1/cases/{id}/watchers/{user}', { params })) : ok(api.DELETE('/api/v1/cases/{id}/watchers/{user}', { params }))
  }
  const set = (who: Ref, on: boolean) =>
    act({
      done: t(on ? 'cases.done.watched' : 'cases.done.unwatched', { name: who.name }),
      touches: [keys.all, keys.one(id)],
      apply: (cache) => patchDetail(cache, id, (now) => ({ ...now, watchers: [...now.watchers.filter((w) => w.id !== who.id), ...(on ? [who] : [])] })),
      commit: () => send(on, who.id),
      undo: () => send(!on, who.id),
    })
  return (
    <section className={classes.section} aria-label={t('cases.watchers')}>
      <div className={classes.sectionHead}>
        <h3>{t('cases.watchers')}</h3>
        {editable && (
          <Button size="compact-xs" variant="subtle" leftSection={watching ? <EyeOff size={14} aria-hidden /> : <Eye size={14} aria-hidden />} onClick={() => void set({ id: user.id, name: user.name }, !watching)}>
            {t(watching ? 'cases.watch.stop' : 'cases.watch.start')}
          </Button>
        )}
      </div>
      {watchers.length === 0 && <p className={classes.faint}>{t('cases.watchers.none')}</p>}
      {watchers.length > 0 && (
        <ul className={classes.checks}>
          {watchers.map((w) => (
            <li key={w.id} className={classes.watcher}>
              <Avatar name={w.name} size={24} />
              <span>{w.name}</span>
              {editable && (
                <ActionIcon size={24} aria-label={t('cases.watch.remove', { name: w.name })} onClick={() => void set(w, false)}>
                  <X size={14} />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
      )}
      {editable && <PersonField key={watchers.length} label={t('cases.watch.add')} placeholder={t('cases.watch.who')} clearable={false} value={undefined} onChange={(who) => who && void set(who, true)} />}
    </section>
  )
}
