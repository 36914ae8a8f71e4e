import type { Feature } from '@/shell/feature'
import { admin, adminRoute } from './admin'
import { board, boardRoute } from './board'
import { caseRoute, cases, casesRoute } from './cases'
import { choruses, chorusesRoute } from './chorus'
import { conversation, conversationRoute } from './conversation'
import { customerRoute, customers, customersRoute, organisationRoute } from './customer'
import { figures, figuresRoute } from './figures'
import { inviteRoute } from './invite'
import { knowledge, knowledgeRoute } from './knowledge'
import { mail } from './mail'
import { me, meRoute } from './me'
import { offers } from './offers'
import { search, searchRoute } from './search'
import { setupRoute } from './setup'
import { loginRoute } from './signin'
import { worklist, worklistRoute } from './worklist'

// A feature is a folder here and one line in each of the two lists below.

/** What the features add to the rail, the command bar and the keys, in the order of the rail. */
export const features: readonly Feature[] = [conversation, worklist, offers, mail, customers, cases, knowledge, choruses, board, figures, search, admin, me]

/** Screens inside the shell. */
export const deskRoutes = [worklistRoute, chorusesRoute, conversationRoute, customersRoute, customerRoute, organisationRoute, casesRoute, caseRoute, knowledgeRoute, boardRoute, figuresRoute, searchRoute, adminRoute, meRoute] as const

/** Screens outside it. */
export const openRoutes = [loginRoute, setupRoute, inviteRoute] as const
