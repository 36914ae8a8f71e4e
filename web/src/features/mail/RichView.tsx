import { Fragment, type ReactNode, createElement } from 'react'

const shown = new Set(['p', 'div', 'strong', 'b', 'em', 'i', 'u', 's', 'ul', 'ol', 'li', 'blockquote', 'br'])

/** Formatted text that people of the desk wrote, to look at: its links lead nowhere, and of what else stands in it only the words are shown. */
export function RichView({ html }: { html: string }) {
  return <>{contents(new DOMParser().parseFromString(html, 'text/html').body)}</>
}

function contents(parent: Element): ReactNode[] {
  return [...parent.childNodes].map((node, at) => {
    if (!(node instanceof Element)) return node.nodeType === Node.TEXT_NODE ? node.textContent : null
    const name = node.tagName.toLowerCase()
    if (name === 'br') return <br key={at} />
    return shown.has(name) ? createElement(name, { key: at }, ...contents(node)) : <Fragment key={at}>{contents(node)}</Fragment>
  })
}
