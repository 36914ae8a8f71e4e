import { ActionIcon, Button, Popover, TextInput } from '@mantine/core'
import { Blockquote } from '@tiptap/extension-blockquote'
import { Bold } from '@tiptap/extension-bold'
import { Document } from '@tiptap/extension-document'
import { HardBreak } from '@tiptap/extension-hard-break'
import { Italic } from '@tiptap/extension-italic'
import { Link } from '@tiptap/extension-link'
import { BulletList, ListItem, ListKeymap, OrderedList } from '@tiptap/extension-list'
import { Paragraph } from '@tiptap/extension-paragraph'
import { Text } from '@tiptap/extension-text'
import { UndoRedo } from '@tiptap/extensions'
import { type Editor, EditorContent, useEditor, useEditorState } from '@tiptap/react'
import { Bold as BoldIcon, Italic as ItalicIcon, Link as LinkIcon, List, ListOrdered, type LucideIcon, Quote, Unlink } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useEffect, useEffectEvent, useImperativeHandle, useState } from 'react'
import { type Key, useT } from '@/lib/i18n'
import { Tip } from '@/kit/Tip'
import type { PickField } from '../conversation/usePick'
import classes from './Mail.module.css'

/** What stands around an editor does to it. */
export interface RichHandle extends PickField {
  /** Puts words in the place of those between two places of the paragraph with the caret. */
  replace: (from: number, to: number, words: string) => void
  /** Puts words where the caret is. */
  insert: (words: string) => void
}

interface Props {
  label: string
  /** What it begins with; what comes later is told by `set`. */
  html: string
  handle: RefObject<RichHandle | null>
  onChange: (html: string) => void
  /** Told whenever the caret has moved. */
  onLook: () => void
  onKeyDown: (event: KeyboardEvent) => void
  onBlur: () => void
}

const safe = /^(?:https?:\/\/|mailto:|tel:)/i

// A new line by Ctrl Enter would take the key that sends.
const Break = HardBreak.extend({
  addKeyboardShortcuts() {
    return { 'Shift-Enter': () => this.editor.commands.setHardBreak() }
  },
})

const extensions = [
  Document,
  Paragraph,
  Text,
  Bold,
  Italic,
  Break,
  Blockquote,
  BulletList,
  OrderedList,
  ListItem,
  ListKeymap,
  UndoRedo,
  Link.configure({ openOnClick: false, isAllowedUri: (uri) => safe.test(uri), HTMLAttributes: { rel: null, target: null } }),
]

/** Keys that are the desk's and not the editor's: what sends, and what leaves. */
const isDesks = (event: globalThis.KeyboardEvent) => event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))

/** Text with bold, italics, lists, links and quotes. */
export function RichText({ label, html, handle, onChange, onLook, onKeyDown, onBlur }: Props) {
  const changed = useEffectEvent((editor: Editor) => onChange(editor.isEmpty ? '' : editor.getHTML()))
  const looked = useEffectEvent(onLook)
  const editor = useEditor({
    extensions,
    content: html,
    injectCSS: false,
    editorProps: {
      handleDOMEvents: { keydown: (_, event) => isDesks(event) },
      attributes: { class: classes.rich ?? '', role: 'textbox', 'aria-multiline': 'true', 'aria-label': label, dir: 'auto' },
    },
  })
  useEffect(() => {
    const update = () => {
      changed(editor)
      looked()
    }
    const look = () => looked()
    editor.on('update', update)
    editor.on('selectionUpdate', look)
    return () => {
      editor.off('update', update)
      editor.off('selectionUpdate', look)
    }
  }, [editor])
  useImperativeHandle(handle, () => handleOf(editor), [editor])
  return (
    <>
      {/* The keys that pick a prepared text come before those of the editor. */}
      <div className={classes.richBox} onKeyDownCapture={onKeyDown} onBlur={onBlur}>
        <EditorContent editor={editor} />
      </div>
      <Tools editor={editor} />
    </>
  )
}

function handleOf(editor: Editor): RichHandle {
  const caret = () => editor.state.selection.$from
  return {
    get value() {
      const { parent } = caret()
      // A break counts as one sign, as it does for the places in the paragraph.
      return parent.textBetween(0, parent.content.size, undefined, '\n')
    },
    get selectionStart() {
      return caret().parentOffset
    },
    get selectionEnd() {
      return editor.state.selection.empty ? caret().parentOffset : -1
    },
    focus: () => void editor.commands.focus(),
    setSelectionRange: () => undefined,
    replace: (from, to, words) => {
      const start = caret().start()
      editor.chain().focus().deleteRange({ from: start + from, to: start + to }).insertContent(content(words)).run()
    },
    insert: (words) => void editor.chain().focus().insertContent(content(words)).run(),
  }
}

/** Words as the editor takes them: an address becomes a link, one line goes into the paragraph, more become paragraphs. */
function content(words: string) {
  const lines = words.split('\n')
  if (/^https?:\/\/\S+$/i.test(words)) {
    return [
      { type: 'text', text: words, marks: [{ type: 'link', attrs: { href: words } }] },
      { type: 'text', text: ' ' },
    ]
  }
  if (lines.length === 1) return { type: 'text', text: words }
  return lines.map((l) => ({ type: 'paragraph', content: l === '' ? [] : [{ type: 'text', text: l }] }))
}

interface Tool {
  id: string
  label: Key
  icon: LucideIcon
  run: (editor: Editor) => void
}

const tools: readonly Tool[] = [
  { id: 'bold', label: 'mails.bold', icon: BoldIcon, run: (e) => void e.chain().focus().toggleBold().run() },
  { id: 'italic', label: 'mails.italic', icon: ItalicIcon, run: (e) => void e.chain().focus().toggleItalic().run() },
  { id: 'bulletList', label: 'mails.list', icon: List, run: (e) => void e.chain().focus().toggleBulletList().run() },
  { id: 'orderedList', label: 'mails.numbers', icon: ListOrdered, run: (e) => void e.chain().focus().toggleOrderedList().run() },
  { id: 'blockquote', label: 'mails.quote', icon: Quote, run: (e) => void e.chain().focus().toggleBlockquote().run() },
]

function Tools({ editor }: { editor: Editor }) {
  const t = useT()
  const active = useEditorState({ editor, selector: ({ editor: now }) => Object.fromEntries([...tools.map((tool) => tool.id), 'link'].map((id) => [id, now.isActive(id)])) })
  return (
    <div className={classes.tools} role="toolbar" aria-label={t('mails.tools')}>
      {tools.map(({ id, label, icon: Icon, run }) => (
        <Tip key={id} label={t(label)}>
          <ActionIcon size={28} aria-label={t(label)} aria-pressed={active[id]} onClick={() => run(editor)}>
            <Icon size={15} />
          </ActionIcon>
        </Tip>
      ))}
      <LinkTool editor={editor} active={active.link === true} />
    </div>
  )
}

function LinkTool({ editor, active }: { editor: Editor; active: boolean }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const [href, setHref] = useState('')
  const written = href.trim()
  const target = safe.test(written) || written === '' ? written : written.includes('@') ? `mailto:${written}` : `https://${written}`
  const start = () => {
    setHref(String(editor.getAttributes('link').href ?? ''))
    setOpen(true)
  }
  const put = () => {
    setOpen(false)
    const at = editor.chain().focus().extendMarkRange('link')
    if (target === '') at.unsetLink().run()
    else if (editor.state.selection.empty && !active) at.insertContent({ type: 'text', text: written, marks: [{ type: 'link', attrs: { href: target } }] }).run()
    else at.setLink({ href: target }).run()
  }
  return (
    <Popover opened={open} onChange={setOpen} position="top-start" trapFocus returnFocus withRoles>
      <Popover.Target>
        <ActionIcon size={28} aria-label={t('mails.link')} aria-pressed={active} onClick={start}>
          <LinkIcon size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('mails.link')}>
        <form
          className={classes.linkForm}
          onSubmit={(event) => {
            event.preventDefault()
            event.stopPropagation()
            put()
          }}
        >
          <TextInput data-autofocus size="xs" label={t('mails.linkTo')} placeholder="https://" value={href} onChange={(e) => setHref(e.currentTarget.value)} />
          <Button size="xs" type="submit" leftSection={target === '' && active ? <Unlink size={13} /> : undefined}>
            {t(target === '' && active ? 'mails.unlink' : 'mails.linkDo')}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
