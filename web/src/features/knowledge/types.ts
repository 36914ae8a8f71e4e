import type { Schemas } from '@/lib/api'

export type Article = Schemas['ArticleBody']
export type ArticleDetail = Schemas['ArticleDetail']
export type Edition = Schemas['EditionBody']
export type Version = Schemas['VersionBody']
export type Block = Schemas['BlockBody']
/** What a file of an article is, as the server found it. */
export type ArticleFile = Schemas['FileBody']
export type BlockKind = Block['kind']
export type Category = Schemas['CategoryBody']
export type Found = Schemas['FoundBody']
export type Missing = Schemas['MissingBody']
export type Difference = Schemas['DifferenceBody']
export type State = Version['state']

/** Channels that take texts of one sort. */
export const channelClasses = ['chat', 'mail', 'social', 'sms'] as const
export type ChannelClass = (typeof channelClasses)[number]
