import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useT } from '@/lib/i18n'
import { Badge } from '@/kit/Badge'
import { Plain } from '@/kit/Plain'
import { Blocks } from '../Blocks'
import { type ChannelClass, channelClasses } from '../types'
import { type EditBlock, goingAlong, mostText, plainOf, toBlocks } from './blocks'
import classes from './Editor.module.css'

/** How a text reads on a page, and as each class of channels says it. */
export function Preview({ title, blocks, language }: { title: string; blocks: readonly EditBlock[]; language: string }) {
  const t = useT()
  const [shown, setShown] = useState<ChannelClass | 'page'>('page')
  const text = shown === 'page' ? '' : plainOf(blocks, shown)
  const length = [...text].length
  const along = shown === 'page' ? [] : goingAlong(blocks, shown)
  return (
    <section className={classes.preview} aria-label={t('knowledge.preview')}>
      <h3>{t('knowledge.preview')}</h3>
      <div className={classes.previewTabs}>
        <SegmentedControl
          size="xs"
          aria-label={t('knowledge.preview')}
          value={shown}
          onChange={(v) => setShown(v as ChannelClass | 'page')}
          data={[{ value: 'page', label: t('knowledge.preview.page') }, ...channelClasses.map((c) => ({ value: c, label: t(`knowledge.channel.${c}`) }))]}
        />
      </div>
      {shown === 'page' ? (
        <div className={classes.paper} lang={language}>
          <h2>{title}</h2>
          <Blocks blocks={toBlocks(blocks).filter((b) => b.text || b.items?.length || b.file_id)} language={language} />
        </div>
      ) : (
        <>
          <div className={classes.bubble} lang={language}>
            <Plain text={text} />
          </div>
          <p className={classes.hint}>
            {t('knowledge.length', { count: length, limit: mostText[shown] })} {length > mostText[shown] && <Badge tone="danger">{t('knowledge.short')}</Badge>}
          </p>
          {along.length > 0 && <p className={classes.hint}>{t('knowledge.file.goes', { names: along.join(', ') })}</p>}
        </>
      )}
    </section>
  )
}
