import type { ArticleFile, Block, BlockKind, ChannelClass } from '../types'

/** What one can begin with; a file is uploaded. */
export const blockKinds = ['text', 'heading', 'list', 'steps', 'note', 'image', 'link'] as const satisfies readonly BlockKind[]

/** A block while it is written: it has a name of its own, and the items of a list are the lines of a text. */
export interface EditBlock {
  key: string
  kind: BlockKind
  text: string
  url: string
  /** The uploaded picture of an image, in place of its address, or a file of another sort. */
  file: string
  /** What a file is that is no picture. */
  known?: ArticleFile
  /** The file goes with an answer into which the article is put. */
  along?: boolean
  variants: Partial<Record<ChannelClass, string>>
}

let last = 0
const newKey = () => `b${++last}`

export const hasItems = (kind: BlockKind) => kind === 'list' || kind === 'steps'
export const hasAddress = (kind: BlockKind) => kind === 'image' || kind === 'link'

export const blankBlock = (kind: BlockKind = 'text'): EditBlock => ({ key: newKey(), kind, text: '', url: '', file: '', variants: {} })

/** Blocks of the server as they are written here. */
export const toEdit = (blocks: readonly Block[]): EditBlock[] => blocks.map(({ kind, text = '', items = [], url = '', file_id: file = '', file: known, along, variants = {} }) => ({ key: newKey(), kind, text: hasItems(kind) ? items.join('\n') : text, url, file, known, along, variants }))

const linesOf = (text: string) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '')

/** Blocks as the server takes them. */
export const toBlocks = (blocks: readonly EditBlock[]): Block[] =>
  blocks.map(({ kind, text, url, file, known, along, variants }) => ({
    kind,
    ...(hasItems(kind) ? { items: linesOf(text) } : { text }),
    ...(kind === 'file' ? { file_id: file, file: known, ...(along ? { along } : {}) } : kind === 'image' && file ? { file_id: file } : hasAddress(kind) ? { url: url.trim() } : {}),
    ...(Object.keys(variants).length > 0 ? { variants: variants as Record<string, string> } : {}),
  }))

/** What is written, without the names of the blocks: to see whether it has changed. */
export const sameWriting = (a: readonly EditBlock[], b: readonly EditBlock[]) => JSON.stringify(toBlocks(a)) === JSON.stringify(toBlocks(b))

/** A list with one of its things moved; beyond its ends it stays as it is. */
export function movedBlock(blocks: readonly EditBlock[], from: number, by: 1 | -1): readonly EditBlock[] {
  const to = from + by
  const block = blocks[from]
  if (!block || to < 0 || to >= blocks.length) return blocks
  return blocks.toSpliced(from, 1).toSpliced(to, 0, block)
}

export const insertedBlock = (blocks: readonly EditBlock[], at: number, block: EditBlock): EditBlock[] => blocks.toSpliced(at, 0, block)

/** A block put behind another; one that says nothing yet makes room for it. Where the other is gone it comes last. */
export function placed(blocks: readonly EditBlock[], block: EditBlock, behind: string | undefined): EditBlock[] {
  const found = blocks.findIndex((b) => b.key === behind)
  const at = found < 0 ? blocks.length - 1 : found
  const before = blocks[at]
  return before && isBlank(before) ? blocks.with(at, { ...block, key: before.key }) : blocks.toSpliced(at + 1, 0, block)
}

const isBlank = ({ text, url, file, variants }: EditBlock) => text.trim() === '' && !url && !file && Object.keys(variants).length === 0

/** A block with its variant for a channel set, or, without a text, taken away. */
export function withVariant(block: EditBlock, channel: ChannelClass, text: string | undefined): EditBlock {
  const { [channel]: _, ...rest } = block.variants
  return { ...block, variants: text === undefined ? rest : { ...rest, [channel]: text } }
}

/** How many characters a class of channels takes at a time, as the server counts. */
export const mostText: Record<ChannelClass, number> = { chat: 4000, mail: 50_000, social: 1000, sms: 201 }

/** The text that a class of channels gets of these blocks. The published one is made by the server in the same way. */
export function plainOf(blocks: readonly EditBlock[], channel: ChannelClass): string {
  const texts = blocks.flatMap((block) => {
    const variant = block.variants[channel]
    if (variant !== undefined) return variant.trim() === '' ? [] : [variant.trim()]
    return block.kind === 'file' && !goes(block, channel) ? [] : [plainBlock(block, channel)]
  })
  return texts.join(channel === 'sms' ? '\n' : '\n\n')
}

/** Whether the file of a block goes along in a class of channels; text messages carry none. */
const goes = ({ kind, along, variants }: EditBlock, channel: ChannelClass) => kind === 'file' && along === true && channel !== 'sms' && variants[channel] === undefined

/** The names of the files that go along in a class of channels. */
export const goingAlong = (blocks: readonly EditBlock[], channel: ChannelClass): string[] => blocks.flatMap((b) => (goes(b, channel) && b.known ? [b.known.name] : []))

/** A file that was uploaded, as a block: a picture, or one that is called as it is named. */
export const fileBlock = (file: ArticleFile, picture: boolean): EditBlock => (picture ? { ...blankBlock('image'), file: file.id } : { ...blankBlock('file'), file: file.id, known: file, text: file.name.replace(/\.[^.]+$/, '') })

function plainBlock({ kind, text, url, file }: EditBlock, channel: ChannelClass): string {
  if (kind === 'image' && file) return text // only who works here can open it
  if (hasAddress(kind)) return `${text}: ${url}`
  if (!hasItems(kind)) return text
  const mark = (i: number) => (kind === 'steps' ? `${i + 1}. ` : channel === 'sms' ? '- ' : '• ')
  return linesOf(text).map((line, i) => mark(i) + line).join('\n')
}

/** The error of a block or of a part of it, from those that the server told by their paths. */
export const errorAt = (errors: Readonly<Record<string, string>>, block: number, part: string): string | undefined =>
  Object.entries(errors).find(([path]) => path === `blocks.${block}.${part}` || path.startsWith(`blocks.${block}.${part}.`))?.[1]
