import { ExternalLink, Info } from 'lucide-react'
import { Plain } from '@/kit/Plain'
import { FileBlock } from './FileBlock'
import { pictureAddress } from './pictures'
import type { Block } from './types'
import classes from './Blocks.module.css'

/** An article as a page shows it. Its texts are texts: no markup in them is read. */
export function Blocks({ blocks, language }: { blocks: readonly Block[]; language?: string }) {
  return (
    <div className={classes.blocks} lang={language}>
      {blocks.map((block, i) => (
        <One key={i} block={block} />
      ))}
    </div>
  )
}

const isAddress = (url: string | undefined) => /^https?:\/\//i.test(url ?? '')

function One({ block }: { block: Block }) {
  const { kind, text = '', items, url, file_id: file, file: known } = block
  switch (kind) {
    case 'heading':
      return <h3 className={classes.heading}>{text}</h3>
    case 'list':
      return <ul>{itemsOf(items)}</ul>
    case 'steps':
      return <ol>{itemsOf(items)}</ol>
    case 'note':
      return (
        <aside className={classes.note}>
          <Info size={16} aria-hidden />
          <Plain text={text} />
        </aside>
      )
    case 'image':
      return file || isAddress(url) ? (
        <figure className={classes.figure}>
          <img src={file ? pictureAddress(file) : url} alt={text} loading="lazy" referrerPolicy="no-referrer" />
        </figure>
      ) : (
        <p>{text}</p>
      )
    case 'file':
      return known ? <FileBlock text={text} file={known} /> : <p>{text}</p>
    case 'link':
      return (
        <p>
          {isAddress(url) ? (
            <a href={url} target="_blank" rel="noopener noreferrer nofollow" title={url} className={classes.link}>
              {text} <ExternalLink size={13} aria-hidden />
            </a>
          ) : (
            text
          )}
        </p>
      )
    case 'text':
      return (
        <p>
          <Plain text={text} />
        </p>
      )
  }
}

const itemsOf = (items: readonly string[] | undefined) =>
  items?.map((item, i) => (
    <li key={i}>
      <Plain text={item} />
    </li>
  ))
