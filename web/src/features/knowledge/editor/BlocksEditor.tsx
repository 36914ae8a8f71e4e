import { ActionIcon, Button, FileButton, Menu, Progress } from '@mantine/core'
import { FilePlus, Plus, X } from 'lucide-react'
import { useRef } from 'react'
import { useT } from '@/lib/i18n'
import { KeyCaps, useCommand, useKeysOf } from '@/lib/keys'
import { FileDrop } from '@/kit/FileDrop'
import { useNarrow } from '@/kit/SidePanel'
import { useToasts } from '@/kit/toast'
import { knowledgeCommands as commands } from '../commands'
import type { BlockKind } from '../types'
import { BlockCard } from './BlockCard'
import { type EditBlock, blankBlock, blockKinds, fileBlock, insertedBlock, movedBlock, placed } from './blocks'
import { fileLimits, pictureLimits, useFiles } from './useFiles'
import classes from './Editor.module.css'

const mostBlocks = 200
const mebibyte = 1024 * 1024

interface Props {
  blocks: readonly EditBlock[]
  language: string
  errors: Readonly<Record<string, string>>
  onChange: (blocks: readonly EditBlock[]) => void
  /** Changes the blocks as they are by then. */
  onPlace: (change: (blocks: readonly EditBlock[]) => readonly EditBlock[]) => void
}

/** The blocks of a text in their order; the keys act on the one that has the focus. */
export function BlocksEditor({ blocks, language, errors, onChange, onPlace }: Props) {
  const t = useT()
  const narrow = useNarrow()
  const toasts = useToasts()
  const addKeys = useKeysOf(commands.blockAdd)
  const list = useRef<HTMLOListElement>(null)

  // Moving an element takes the focus from it.
  const focus = (key: string | undefined) => requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-block="${key}"] [data-first]`)?.focus())
  const here = () => {
    const key = document.activeElement?.closest<HTMLElement>('[data-block]')?.dataset.block
    return blocks.findIndex((b) => b.key === key)
  }
  const move = (at: number, by: 1 | -1) => {
    if (at < 0) return
    onChange(movedBlock(blocks, at, by))
    focus(blocks[at]?.key)
  }
  const add = (at: number, kind: BlockKind = 'text') => {
    if (blocks.length >= mostBlocks) return
    const block = blankBlock(kind)
    onChange(insertedBlock(blocks, at, block))
    focus(block.key)
  }
  const remove = (at: number) => {
    const rest = blocks.toSpliced(at, 1)
    onChange(rest)
    focus((rest[at] ?? rest[at - 1])?.key)
    toasts.show({ kind: 'done', text: t('knowledge.block.removed'), undo: () => onChange(blocks) })
  }
  // Files that are dropped or pasted come behind the block in which one is, each as a block of its own.
  const behind = useRef<string>(undefined)
  const uploads = useFiles((file, picture) => {
    const block = fileBlock(file, picture)
    const before = behind.current
    onPlace((now) => (now.length >= mostBlocks ? now : placed(now, block, before)))
  })
  const take = (files: readonly File[]) => {
    behind.current = blocks[here()]?.key
    uploads.add(files)
  }
  useCommand(commands.blockUp, () => move(here(), -1))
  useCommand(commands.blockDown, () => move(here(), 1))
  useCommand(commands.blockAdd, () => add(here() < 0 ? blocks.length : here() + 1))
  return (
    <FileDrop onFiles={take}>
      <ol ref={list} className={classes.blocks}>
        {blocks.map((block, i) => (
          <BlockCard key={block.key} block={block} index={i} count={blocks.length} language={language} errors={errors} onChange={(next) => onChange(blocks.with(i, next))} onMove={(by) => move(i, by)} onRemove={() => remove(i)} />
        ))}
      </ol>
      {uploads.sending.length > 0 && (
        <ul className={classes.sending}>
          {uploads.sending.map((s) => (
            <li key={s.key}>
              <span>{t('knowledge.picture.sending', { name: s.name })}</span>
              <Progress value={s.progress * 100} aria-label={t('knowledge.picture.sending', { name: s.name })} />
              <ActionIcon size={28} aria-label={t('knowledge.picture.stop', { name: s.name })} onClick={() => uploads.stop(s.key)}>
                <X size={15} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <div className={classes.addRow}>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="default" leftSection={<Plus size={15} />} rightSection={!narrow && <KeyCaps keys={addKeys} />} disabled={blocks.length >= mostBlocks}>
              {t('knowledge.block.add')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {blockKinds.map((kind) => (
              <Menu.Item key={kind} onClick={() => add(blocks.length, kind)}>
                {t(`knowledge.block.${kind}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <FileButton multiple onChange={take}>
          {(props) => (
            <Button variant="default" leftSection={<FilePlus size={15} />} {...props}>
              {t('knowledge.picture.add')}
            </Button>
          )}
        </FileButton>
      </div>
      <p className={classes.hint}>{t('knowledge.picture.limits', { size: pictureLimits.maxBytes / mebibyte, files: fileLimits.maxBytes / mebibyte })}</p>
    </FileDrop>
  )
}
