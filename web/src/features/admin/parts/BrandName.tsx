import { useBrands } from './lookups'
import classes from './parts.module.css'

/** A brand's name beside its colour. */
export function BrandName({ id }: { id: string }) {
  const brand = useBrands().find(id)
  if (!brand) return <>–</>
  return (
    <span className={classes.brand}>
      <span className={classes.swatch} style={{ background: brand.color }} aria-hidden />
      {brand.name}
    </span>
  )
}
