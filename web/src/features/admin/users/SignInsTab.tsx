import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { LogOut } from 'lucide-react'
import { api, ok, problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useToasts } from '@/kit/toast'
import type { User } from '../types'
import parts from '../parts/parts.module.css'

/** Signs a user out everywhere: a lost laptop, a shared password. */
export function SignInsTab({ user }: { user: User }) {
  const t = useT()
  const toasts = useToasts()
  const end = useMutation({
    mutationFn: () => ok(api.DELETE('/api/v1/users/{id}/sessions', { params: { path: { id: user.id } } })),
    onSuccess: () => toasts.show({ kind: 'done', text: t('admin.users.signedOut', { name: user.name }) }),
    onError: (error) => toasts.show({ kind: 'error', text: problemText(t, error) }),
  })
  return (
    <div className={parts.stack}>
      <p>{t('admin.users.signOutHelp')}</p>
      <div>
        <Button variant="default" leftSection={<LogOut size={16} />} loading={end.isPending} onClick={() => end.mutate()}>
          {t('admin.users.signOut', { name: user.name })}
        </Button>
      </div>
    </div>
  )
}
