import { Button, Loader } from '@mantine/core'
import { Link, type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { Delayed, Empty, ErrorState } from '@/kit/states'

/** No screen has this address. */
export function NotFound() {
  const t = useT()
  return (
    <main style={{ height: '100%' }}>
      <Empty
        icon={<Compass size={20} />}
        title={t('state.notFound')}
        text={t('state.notFoundText')}
        action={
          <Button component={Link} to="/" variant="default">
            {t('state.toStart')}
          </Button>
        }
      />
    </main>
  )
}

/** A screen broke, or what it needs could not be loaded. */
export function Crashed({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    void router.invalidate()
  }
  return (
    <main style={{ height: '100%' }}>
      <ErrorState error={error} onRetry={retry} />
    </main>
  )
}

export function Loading() {
  const t = useT()
  return (
    <Delayed>
      <div style={{ display: 'grid', placeItems: 'center', height: '100%' }} role="status" aria-label={t('state.loading')}>
        <Loader size="sm" />
      </div>
    </Delayed>
  )
}
