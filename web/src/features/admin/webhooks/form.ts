import { changed } from '../parts/collection'
import type { Webhook } from '../types'

/** The form of a webhook. */
export interface WebhookInput {
  name: string
  url: string
  active: boolean
  brand_ids: string[]
  kinds: string[]
}

export const blankWebhook: WebhookInput = { name: '', url: 'https://', active: true, brand_ids: [], kinds: [] }

export const webhookInput = (hook: Webhook): WebhookInput => ({ name: hook.name, url: hook.url, active: hook.state === 'active', brand_ids: hook.brand_ids, kinds: hook.kinds })

/** What makes a webhook. */
export const newWebhookBody = ({ active, ...rest }: WebhookInput) => ({ ...rest, paused: !active })

/** What changes one: only what was touched. */
export const webhookBody = (input: WebhookInput, before: WebhookInput) => changed(input, before)
