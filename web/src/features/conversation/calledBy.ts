import type { Translate } from '@/lib/i18n'

/** How a customer is called on the desk: a visitor need not say a name. */
export const calledBy = (t: Translate, customer: { name: string }): string => customer.name || t('customers.unnamed')
