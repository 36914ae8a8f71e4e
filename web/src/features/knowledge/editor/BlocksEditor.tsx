import { Button, Menu } from '@mantine/core'
import { Plus } from 'lucide-react'
import { useRef } from 'react'
import { useT } from '@/lib/i18n'
import { KeyCaps, useCommand, useKeysOf } from '@/lib/keys'
import { useNarrow } from '@/kit/SidePanel'
import { useToasts } from '@/kit/toast'
import { knowledgeCommands as commands } from '../commands'
import type { BlockKind } from '../types'
import { BlockCard } from './BlockCard'
import { type EditBlock, blankBlock, blockKinds, insertedBlock, movedBlock } from './blocks'
import classes from './Editor.module.css'

const mostBlocks = 200

interface Props {
  blocks: readonly EditBlock[]
  language: string
  errors: Readonly<Record<string, string>>
  onChange: (blocks: readonly EditBlock[]) => void
}

/** The blocks of a text in their order; the keys act on the one that has the focus. */
export function BlocksEditor({ blocks, language, errors, onChange }: Props) {
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
  useCommand(commands.blockUp, () => move(here(), -1))
  useCommand(commands.blockDown, () => move(here(), 1))
  useCommand(commands.blockAdd, () => add(here() < 0 ? blocks.length : here() + 1))
  return (
    <>
      <ol ref={list} className={classes.blocks}>
        {blocks.map((block, i) => (
          <BlockCard key={block.key} block={block} index={i} count={blocks.length} language={language} errors={errors} onChange={(next) => onChange(blocks.with(i, next))} onMove={(by) => move(i, by)} onRemove={() => remove(i)} />
        ))}
      </ol>
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
    </>
  )
}
