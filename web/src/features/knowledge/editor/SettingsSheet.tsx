import { Alert, Button, Group, Input, SegmentedControl, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, ok } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan, useSignedIn } from '@/lib/session'
import { ChooseMany, ChooseOne } from '@/kit/Choose'
import { useForm } from '@/kit/form'
import { Sheet } from '@/kit/overlays'
import { useToasts } from '@/kit/toast'
import { categoriesQuery, keys } from '../api'
import { branches } from '../tree'
import type { ArticleDetail } from '../types'
import classes from './Editor.module.css'

const audiences = ['agents', 'group', 'public'] as const
const mostListed = 100

/** What is the same in all languages of an article: for whom it is, whose it is, and until when it holds. */
export function SettingsSheet({ article, onClose }: { article: ArticleDetail; onClose: () => void }) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const { brands } = useSignedIn()
  const seesPeople = useCan('user.read', 'brand')
  const { data: categories = [] } = useQuery(categoriesQuery)
  const { data: people = [] } = useQuery({ queryKey: ['knowledge', 'owners'], queryFn: async () => (await ok(api.GET('/api/v1/users', { params: { query: { limit: mostListed } } }))).items, enabled: seesPeople })
  const form = useForm({
    initial: {
      category_id: article.category_id ?? '',
      audience: article.audience as (typeof audiences)[number],
      audience_group: article.audience_group ?? '',
      brand_ids: article.brand_ids,
      owner_id: article.owner?.id ?? '',
      expires: article.expires_at?.slice(0, 10) ?? '',
    },
    submit: async ({ expires, owner_id, ...rest }) => {
      const until = expires ? { expires_at: new Date(`${expires}T00:00:00Z`).toISOString() } : { never_expires: true }
      const owner = owner_id && owner_id !== article.owner?.id ? { owner_id } : {}
      // Only a day that was changed begins its watch anew.
      const expiry = expires === (article.expires_at?.slice(0, 10) ?? '') ? {} : until
      await ok(api.PATCH('/api/v1/articles/{id}', { params: { path: { id: article.id } }, body: { ...rest, ...owner, ...expiry, rev: article.rev } }))
      await cache.invalidateQueries({ queryKey: keys.all })
      toasts.show({ kind: 'done', text: t('knowledge.savedSettings') })
      onClose()
    },
  })
  const owners = [...(article.owner && !people.some((p) => p.id === article.owner?.id) ? [{ value: article.owner.id, label: article.owner.name }] : []), ...people.map((p) => ({ value: p.id, label: p.name }))]
  return (
    <Sheet opened onClose={onClose} title={t('knowledge.act.settings')} size={440} closeOnClickOutside={!form.dirty} closeOnEscape={!form.dirty} position="right">
      <form className={classes.form} onSubmit={form.onSubmit} noValidate>
        {form.summary && (
          <Alert color="danger" variant="light" role="alert">
            {form.summary}
          </Alert>
        )}
        <ChooseOne name="category_id" label={t('knowledge.category')} placeholder={t('knowledge.category.none')} clearable data={branches(categories).map(({ category: c }) => ({ value: c.id, label: c.name }))} value={form.values.category_id || null} error={form.errorOf('category_id')} onChange={(v) => form.set('category_id', v ?? '')} />
        <Input.Wrapper label={t('knowledge.audience')} labelElement="div" error={form.errorOf('audience')}>
          <SegmentedControl fullWidth aria-label={t('knowledge.audience')} value={form.values.audience} onChange={(v) => form.set('audience', v as (typeof audiences)[number])} data={audiences.map((a) => ({ value: a, label: t(`knowledge.audience.${a}`) }))} />
        </Input.Wrapper>
        {form.values.audience === 'group' && <TextInput {...form.text('audience_group')} label={t('knowledge.audienceGroup')} required maxLength={60} />}
        <ChooseMany name="brand_ids" label={t('knowledge.brands')} description={t('knowledge.brandsHelp')} data={brands.map((b) => ({ value: b.id, label: b.name }))} value={form.values.brand_ids} error={form.errorOf('brand_ids')} onChange={(v) => form.set('brand_ids', v)} />
        <ChooseOne name="owner_id" label={t('knowledge.owner')} description={t('knowledge.ownerHelp')} disabled={!seesPeople} allowDeselect={false} data={owners} value={form.values.owner_id || null} error={form.errorOf('owner_id')} onChange={(v) => form.set('owner_id', v ?? '')} />
        <TextInput {...form.text('expires')} type="date" label={t('knowledge.expires')} description={t('knowledge.expiresHelp')} error={form.errorOf('expires_at')} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('act.cancel')}
          </Button>
          <Button type="submit" loading={form.busy} disabled={!form.dirty}>
            {t('act.save')}
          </Button>
        </Group>
      </form>
    </Sheet>
  )
}
