import { Drawer, type DrawerProps, Modal, type ModalProps } from '@mantine/core'
import { useT } from '@/lib/i18n'

/** A dialog whose close button has a name. */
export function Dialog(props: ModalProps) {
  const t = useT()
  return <Modal closeButtonProps={{ 'aria-label': t('act.close') }} {...props} />
}

/** A drawer whose close button has a name. */
export function Sheet(props: DrawerProps) {
  const t = useT()
  return <Drawer closeButtonProps={{ 'aria-label': t('act.close') }} {...props} />
}
