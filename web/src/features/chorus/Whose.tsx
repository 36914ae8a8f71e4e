import { useSignedIn } from '@/lib/session'
import { BrandName } from '@/kit/BrandName'
import { ChannelMark, useChannelName } from '@/kit/ChannelMark'
import type { Chorus } from './api'
import classes from './Chorus.module.css'

/** Of which brand they are, for who works for several, and on which channels they wait. */
export function Whose({ chorus }: { chorus: Chorus }) {
  const { brands } = useSignedIn()
  const channelName = useChannelName()
  return (
    <p className={classes.whose}>
      {brands.length > 1 && (
        <strong>
          <BrandName id={chorus.brand_id} />
        </strong>
      )}
      {chorus.channels.map((channel) => (
        <span key={channel} className={classes.channel}>
          <ChannelMark channel={channel} /> <span aria-hidden>{channelName(channel)}</span>
        </span>
      ))}
    </p>
  )
}
