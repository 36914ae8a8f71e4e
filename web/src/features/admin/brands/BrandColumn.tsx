import type { Brand } from '../types'
import classes from './Brands.module.css'

/** A brand by its logo, or its colour, and its name. */
export function BrandColumn({ brand }: { brand: Brand }) {
  return (
    <span className={classes.brand}>
      {brand.logo_url ? <img className={classes.mark} src={brand.logo_url} alt="" /> : <span className={classes.mark} style={{ background: brand.color }} aria-hidden />}
      {brand.name}
    </span>
  )
}
