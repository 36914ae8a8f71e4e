import { useSession } from '@/lib/session'
import classes from './BrandName.module.css'

/** A brand's name beside its colour, of those that the person works for; their names need no request. */
export function BrandName({ id }: { id: string }) {
  const brand = useSession()?.brands.find((b) => b.id === id)
  if (!brand) return <>–</>
  return (
    <span className={classes.brand}>
      <span className={classes.swatch} style={{ background: brand.color }} aria-hidden />
      {brand.name}
    </span>
  )
}
