import { Link } from '@tanstack/react-router'
import { useT } from '@/lib/i18n'
import { KeyCaps, keysOf, useCommands, useKeySettings } from '@/lib/keys'
import { Dialog } from '@/kit/overlays'
import classes from './HelpSheet.module.css'

/** All keys at a glance, made from the list of commands. */
export function HelpSheet({ onClose }: { onClose: () => void }) {
  const t = useT()
  const settings = useKeySettings()
  const { all } = useCommands()
  const bound = all.map((spec) => ({ spec, keys: keysOf(spec, settings) })).filter((b) => b.keys !== '')
  return (
    <Dialog opened onClose={onClose} size={720} title={t('shell.shortcuts')}>
      <div className={classes.groups}>
        {[...Map.groupBy(bound, (b) => b.spec.group)].map(([group, entries]) => (
          <section key={group} className={classes.group}>
            <h3>{t(group)}</h3>
            <dl className={classes.list}>
              {entries.map(({ spec, keys }) => (
                <div key={spec.id} className={classes.entry}>
                  <dt>{t(spec.title)}</dt>
                  <dd>
                    <KeyCaps keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Link to="/me" search={{ tab: 'keys' }} onClick={onClose}>
        {t('keys.change')}
      </Link>
    </Dialog>
  )
}
