/** Where the cache keeps a customer. */
export const customerKey = (id: string) => ['customer', id] as const
