import { ActionIcon, Button, Menu, TextInput, Textarea } from '@mantine/core'
import { ArrowDown, ArrowUp, Split, Trash2, X } from 'lucide-react'
import { useT } from '@/lib/i18n'
import { ChooseOne } from '@/kit/Choose'
import { pictureAddress } from '../pictures'
import { channelClasses } from '../types'
import { type EditBlock, blockKinds, errorAt, hasAddress, hasItems, mostText, withVariant } from './blocks'
import { FileFields } from './FileFields'
import classes from './Editor.module.css'

interface Props {
  block: EditBlock
  index: number
  count: number
  language: string
  errors: Readonly<Record<string, string>>
  onChange: (block: EditBlock) => void
  onMove: (by: 1 | -1) => void
  onRemove: () => void
}

/** One block of an article while it is written. */
export function BlockCard({ block, index, count, language, errors, onChange, onMove, onRemove }: Props) {
  const t = useT()
  const label = t('knowledge.block.number', { number: index + 1 })
  const free = channelClasses.filter((c) => block.variants[c] === undefined)
  return (
    <li className={classes.block} data-block={block.key} aria-label={label}>
      <div className={classes.blockHead}>
        {block.kind === 'file' ? (
          <span className={classes.fixedKind}>{t('knowledge.block.file')}</span>
        ) : (
          <ChooseOne
            className={classes.kind}
            size="xs"
            aria-label={t('knowledge.block.kind', { number: index + 1 })}
            allowDeselect={false}
            data={blockKinds.map((k) => ({ value: k, label: t(`knowledge.block.${k}`) }))}
            value={block.kind}
            onChange={(kind) => kind && onChange({ ...block, kind: kind as EditBlock['kind'] })}
          />
        )}
        <span className={classes.gap} />
        {free.length > 0 && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon size={28} aria-label={`${t('knowledge.variant.add')}: ${label}`}>
                <Split size={15} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t('knowledge.variant.add')}</Menu.Label>
              {free.map((c) => (
                <Menu.Item key={c} onClick={() => onChange(withVariant(block, c, block.text))}>
                  {t(`knowledge.channel.${c}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
        <ActionIcon size={28} disabled={index === 0} onClick={() => onMove(-1)} aria-label={`${t('knowledge.block.up')}: ${label}`}>
          <ArrowUp size={15} />
        </ActionIcon>
        <ActionIcon size={28} disabled={index === count - 1} onClick={() => onMove(1)} aria-label={`${t('knowledge.block.down')}: ${label}`}>
          <ArrowDown size={15} />
        </ActionIcon>
        <ActionIcon size={28} disabled={count === 1} onClick={onRemove} aria-label={`${t('knowledge.block.remove')}: ${label}`}>
          <Trash2 size={15} />
        </ActionIcon>
      </div>
      <BlockText block={block} index={index} language={language} errors={errors} onChange={onChange} />
      {channelClasses.map((c) => {
        const text = block.variants[c]
        if (text === undefined) return null
        const channel = t(`knowledge.channel.${c}`)
        return (
          <div key={c} className={classes.variant}>
            <Textarea
              label={t('knowledge.variant.text', { channel })}
              description={text === '' ? t('knowledge.variant.empty') : t('knowledge.length', { count: [...text].length, limit: mostText[c] })}
              lang={language}
              autosize
              minRows={1}
              value={text}
              error={errorAt(errors, index, `variants.${c}`)}
              onChange={(e) => onChange(withVariant(block, c, e.currentTarget.value))}
            />
            <Button size="xs" variant="subtle" leftSection={<X size={13} />} onClick={() => onChange(withVariant(block, c, undefined))}>
              {t('knowledge.variant.remove', { channel })}
            </Button>
          </div>
        )
      })}
    </li>
  )
}

function BlockText({ block, index, language, errors, onChange }: Pick<Props, 'block' | 'index' | 'language' | 'errors' | 'onChange'>) {
  const t = useT()
  const { kind, text } = block
  const number = t('knowledge.block.number', { number: index + 1 })
  const words = kind === 'file' ? t('knowledge.file.what') : kind === 'image' ? t('knowledge.block.what') : kind === 'link' ? t('knowledge.block.linkText') : t(`knowledge.block.${kind}`)
  const common = {
    'aria-label': `${words}: ${number}`,
    placeholder: words,
    lang: language,
    value: text,
    onChange: (e: { currentTarget: { value: string } }) => onChange({ ...block, text: e.currentTarget.value }),
  }
  if (hasItems(kind)) return <Textarea {...common} data-first description={t('knowledge.block.items')} autosize minRows={3} error={errorAt(errors, index, 'items')} />
  const error = errorAt(errors, index, 'text')
  if (kind === 'file') return <FileFields block={block} error={errorAt(errors, index, 'file_id')} field={<TextInput {...common} data-first error={error} />} onChange={onChange} />
  if (kind === 'heading') return <TextInput {...common} data-first className={classes.heading} error={error} />
  if (!hasAddress(kind)) return <Textarea {...common} data-first autosize minRows={2} error={error} />
  if (kind === 'image' && block.file) {
    return (
      <div className={classes.pair}>
        <img className={classes.picture} src={pictureAddress(block.file)} alt={text} />
        {errorAt(errors, index, 'file_id') && <p className={classes.wrong}>{errorAt(errors, index, 'file_id')}</p>}
        <TextInput {...common} data-first error={error} />
        <div>
          <Button size="xs" variant="subtle" leftSection={<X size={13} />} onClick={() => onChange({ ...block, file: '' })}>
            {t('knowledge.picture.remove')}
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div className={classes.pair}>
      <TextInput {...common} data-first error={error} />
      <TextInput type="url" inputMode="url" aria-label={`${t('knowledge.block.url')}: ${number}`} placeholder={t('knowledge.block.url')} value={block.url} error={errorAt(errors, index, 'url')} onChange={(e) => onChange({ ...block, url: e.currentTarget.value })} />
    </div>
  )
}
