import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { Avatar } from '@/kit/Avatar'
import type { Picking } from './usePick'
import classes from './Composer.module.css'

/** What can be picked, above the field. The keys act in the field; the rows are for the pointer. */
export function PickPopup({ pick }: { pick: Picking }) {
  const t = useT()
  if (!pick.open) return null
  const title = t(pick.kind === 'canned' ? 'desk.compose.canned' : 'desk.compose.colleagues')
  return (
    <div className={classes.popup}>
      <p className={classes.popupTitle}>{title}</p>
      <div role="listbox" id={pick.listId} aria-label={title} className={classes.popupList}>
        {pick.choices.map((choice, i) => (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
          <div
            key={choice.id}
            id={`${pick.listId}-${choice.id}`}
            role="option"
            aria-selected={i === pick.index}
            className={classes.option}
            onPointerMove={() => pick.point(i)}
            // The field must not lose the focus before the choice is made.
            onPointerDown={(e) => e.preventDefault()}
            onMouseDown={(e) => e.preventDefault()}
            onClick={() => pick.choose(choice)}
          >
            {pick.kind === 'mention' && <Avatar name={choice.title} size={24} />}
            <div className={classes.optionText}>
              <strong>{choice.title}</strong>
              {choice.hint && <span dir="auto">{choice.hint}</span>}
            </div>
            {choice.shortcut && <kbd>/{choice.shortcut}</kbd>}
          </div>
        ))}
      </div>
      {pick.choices.length === 0 && (
        <p className={classes.popupEmpty} role="status">
          {pick.failure ? problemText(t, pick.failure) : t(pick.loading ? 'state.loading' : 'state.nothingFound')}
        </p>
      )}
    </div>
  )
}
