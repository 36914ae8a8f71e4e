import { problemText } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useToasts } from '@/kit/toast'
import { settleAll } from './leaving'
import { signOut } from './signOut'

/** Signs out, after what must not wait; says why if it cannot be done. */
export function useSignOut(): () => Promise<void> {
  const t = useT()
  const toasts = useToasts()
  return async () => {
    try {
      await settleAll(false)
      await signOut()
    } catch (error) {
      toasts.show({ kind: 'error', text: problemText(t, error), error })
    }
  }
}
