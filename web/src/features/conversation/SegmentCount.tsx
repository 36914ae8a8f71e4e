import { useT } from '@/lib/i18n'
import { plain, segmentsOf } from './segments'
import classes from './Composer.module.css'

/** Says how many text messages a text becomes, and why they are more than one would think. */
export function SegmentCount({ text, plainly }: { text: string; plainly: boolean }) {
  const t = useT()
  const { segments, left, wide } = segmentsOf(plainly ? plain(text) : text)
  const count = t('desk.compose.segments', { count: segments, left })
  return <span className={classes.status}>{wide ? t('desk.compose.segmentsWide', { segments: count, character: wide }) : count}</span>
}
