import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import { onlyErrors, useChecks, useForm } from '@/kit/form'
import { Dialog } from '@/kit/overlays'
import { useToasts } from '@/kit/toast'
import { categoriesQuery, keys } from './api'
import { branches, within as inside } from './tree'
import type { Category } from './types'

interface Props {
  /** Absent: a new one. */
  category: Category | undefined
  /** In which a new one stands at first. */
  within: string | undefined
  onClose: () => void
}

/** Names a place of the tree, moves it, or takes it away when it is empty. */
export function CategoryDialog({ category, within, onClose }: Props) {
  const t = useT()
  const cache = useQueryClient()
  const toasts = useToasts()
  const checks = useChecks()
  const navigate = useNavigate()
  const [failure, setFailure] = useState<unknown>()
  const { data: all = [] } = useQuery(categoriesQuery)
  const own = category ? inside(all, category.id) : new Set<string>()
  const params = { path: { id: category?.id ?? '' } }
  const done = async (text: string) => {
    await cache.invalidateQueries({ queryKey: keys.categories })
    toasts.show({ kind: 'done', text })
    onClose()
  }
  const form = useForm({
    initial: { name: category?.name ?? '', parent_id: category?.parent_id ?? within ?? '' },
    validate: ({ name }) => onlyErrors({ name: checks.required(name) }),
    submit: async ({ name, parent_id }) => {
      if (category) await ok(api.PATCH('/api/v1/article-categories/{id}', { params, body: { name, parent_id } }))
      else await ok(api.POST('/api/v1/article-categories', { body: parent_id ? { name, parent_id } : { name } }))
      await done(t('knowledge.category.saved'))
    },
  })
  const remove = async () => {
    try {
      await ok(api.DELETE('/api/v1/article-categories/{id}', { params }))
      await navigate({ to: '/knowledge', search: {} })
      await done(t('knowledge.category.deleted'))
    } catch (error) {
      setFailure(error)
    }
  }
  const wrong = form.summary ?? (failure === undefined ? undefined : problemText(t, failure))
  return (
    <Dialog opened onClose={onClose} title={category ? t('knowledge.category.edit', { name: category.name }) : t('knowledge.category.create')}>
      <form onSubmit={form.onSubmit} noValidate>
        <Stack gap="md">
          <TextInput {...form.text('name')} data-autofocus label={t('knowledge.category.name')} required />
          <ChooseOne
            name="parent_id"
            label={t('knowledge.category.parent')}
            placeholder={t('knowledge.all')}
            clearable
            data={branches(all).filter((b) => !own.has(b.category.id)).map(({ category: c, depth }) => ({ value: c.id, label: `${' '.repeat(depth * 3)}${c.name}` }))}
            value={form.values.parent_id || null}
            error={form.errorOf('parent_id')}
            onChange={(v) => form.set('parent_id', v ?? '')}
          />
          {wrong && <p role="alert">{wrong}</p>}
          <Group justify="flex-end" gap="sm">
            {category && (
              <Button variant="subtle" color="danger" mr="auto" onClick={() => void remove()}>
                {t('knowledge.category.delete', { name: category.name })}
              </Button>
            )}
            <Button variant="default" onClick={onClose}>
              {t('act.cancel')}
            </Button>
            <Button type="submit" loading={form.busy}>
              {t(category ? 'act.save' : 'act.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
