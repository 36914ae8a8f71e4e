import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useT } from '@/lib/i18n'
import { SidePanelRoom } from '@/kit/SidePanel'
import { PanelBoundary } from '@/kit/states'
import { useScreenTitle } from '@/lib/title'
import { CustomerPanel } from '../customer/CustomerPanel'
import { usePanel } from '../customer/usePanel'
import { detailQuery } from './api'
import { calledBy } from './calledBy'
import { Conversation } from './Conversation'
import classes from './Conversation.module.css'

const route = getRouteApi('/desk/conversations/$id')

/** One conversation with nothing beside it but its customer. */
export function ConversationPage() {
  const { id } = route.useParams()
  const t = useT()
  const navigate = useNavigate()
  const [open, setOpen] = usePanel()
  const { data: detail, isPending } = useQuery(detailQuery(id, useQueryClient()))
  const title = detail ? detail.subject || calledBy(t, detail.customer) : t('desk.conversation.title')
  useScreenTitle(title)
  return (
    <div className={classes.page}>
      <Conversation id={id} panelOpen={open} onPanel={() => setOpen(!open)} onBack={() => void navigate({ to: '/conversations', search: { c: id } })} />
      {detail ? (
        <PanelBoundary resetKey={id}>
          <CustomerPanel id={detail.customer.id} conversation={id} brand={detail.brand_id} open={open} onClose={() => setOpen(false)} />
        </PanelBoundary>
      ) : (
        <SidePanelRoom open={open && isPending} />
      )}
    </div>
  )
}
