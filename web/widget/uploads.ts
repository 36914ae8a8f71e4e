/** Files on their way into the next message. */
import { Refused, refusal } from './api'
import type { Translate } from './i18n'
import type { Attachment, Config } from './protocol'
import type { Session } from './session'

export interface Upload {
  /** The file itself, or what is known of one that has arrived. */
  file: Pick<File, 'name' | 'size'>
  /** How much of it is there, 0 to 1. */
  part: number
  done?: Attachment
  fault?: string
  abort?: () => void
}

const megabyte = 1 << 20
const uploadLimit = 120_000

export class Uploads {
  list: Upload[] = []

  constructor(
    private readonly base: string,
    private readonly session: Session,
    private readonly changed: () => void,
  ) {}

  /** Takes what the policy allows and returns what is wrong with the rest, in words. */
  add(files: File[], policy: Config['attachments'], t: Translate): string {
    const refused: string[] = []
    for (const file of files) {
      const { name } = file
      if (this.list.length >= policy.count) {
        refused.push(t('filesTooMany', { max: policy.count }))
        break
      }
      if (!file.size) refused.push(t('fileEmpty', { name }))
      else if (file.size > policy.bytes) refused.push(t('fileTooLarge', { name, max: Math.floor(policy.bytes / megabyte) }))
      else if (!accepted(file, policy.types)) refused.push(t('fileType', { name }))
      else this.send({ file, part: 0 }, t)
    }
    this.changed()
    return refused.join(' ')
  }

  remove(u: Upload) {
    u.abort?.()
    this.list = this.list.filter((x) => x !== u)
    this.changed()
  }

  retry(u: Upload, t: Translate) {
    this.remove(u)
    this.send({ file: u.file as File, part: 0 }, t)
    this.changed()
  }

  /** Reports whether all files have arrived. */
  ready(): boolean {
    return this.list.every((u) => u.done)
  }

  /** Returns what has arrived. */
  done(): Attachment[] {
    return this.list.flatMap((u) => u.done ?? [])
  }

  /** Takes back files that have arrived before but whose message was refused. */
  put(files: Attachment[]) {
    this.list = [...files.map((file) => ({ file, part: 1, done: file })), ...this.list]
  }

  private async send(u: Upload & { file: File }, t: Translate) {
    this.list = [...this.list, u]
    try {
      const token = await this.session.person.token()
      const { done, abort } = upload(`${this.base}/w/attachments`, token, u.file, (part) => {
        u.part = part
        this.changed()
      })
      u.abort = abort
      u.done = await done
    } catch (e) {
      u.fault = (e instanceof Refused && e.fault.text) || t('fileFailed', { name: u.file.name })
    }
    this.changed()
  }
}

/** Reports whether file is among types, written as in <input accept>. */
export function accepted(file: { name: string; type: string }, types: string[] | undefined): boolean {
  if (!types?.length) return true
  return types.some((type) => {
    if (type.startsWith('.')) return file.name.toLowerCase().endsWith(type.toLowerCase())
    return type.endsWith('/*') ? file.type.startsWith(type.slice(0, -1)) : file.type === type
  })
}

/** Sends a file and tells how much of it is there, 0 to 1. Fetch cannot tell that. */
function upload(url: string, token: string, file: File, onProgress: (part: number) => void): { done: Promise<Attachment>; abort: () => void } {
  const x = new XMLHttpRequest()
  const done = new Promise<Attachment>((resolve, reject) => {
    x.open('POST', url)
    x.responseType = 'json'
    x.timeout = uploadLimit
    x.setRequestHeader('Authorization', `Bearer ${token}`)
    x.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    x.setRequestHeader('X-File-Name', encodeURIComponent(file.name))
    x.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total)
    x.onload = () => (x.status < 300 ? resolve(x.response) : reject(refusal(x.status, x.response ?? {}, null)))
    x.onerror = x.ontimeout = x.onabort = () => reject(new Error('network'))
    x.send(file)
  })
  return { done, abort: () => x.abort() }
}
