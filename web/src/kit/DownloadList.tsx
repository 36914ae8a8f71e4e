import { ActionIcon, Loader, Menu } from '@mantine/core'
import { Download, FileSpreadsheet, FileText } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { fetchFile, problemText, saveFile } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { useCan } from '@/lib/session'
import { formatNumber } from '@/lib/time'
import { useToasts } from './toast'

type Format = 'csv' | 'xlsx'

interface Props {
  /** The list as a file, without its format: the filter that is shown. */
  path: '/api/v1/customers.file' | '/api/v1/conversations.file' | '/api/v1/cases.file'
  query: Readonly<Record<string, string | undefined>>
  className?: string
}

const mebibyte = 1024 * 1024

/** Hands out the list that is shown as a file for spreadsheets, to who may take it along. */
export function DownloadList({ path, query, className }: Props) {
  const t = useT()
  const may = useCan('customer.export')
  const { bytes, start, stop } = useDownload()
  if (!may) return null
  if (bytes !== undefined) {
    const label = t('download.stop', { size: formatNumber(bytes / mebibyte, t.language, { maximumFractionDigits: 1 }) })
    return (
      <ActionIcon size={32} variant="default" className={className} aria-label={label} title={label} onClick={stop}>
        <Loader size={16} />
      </ActionIcon>
    )
  }
  const item = (format: Format) => (
    <Menu.Item leftSection={format === 'csv' ? <FileText size={16} aria-hidden /> : <FileSpreadsheet size={16} aria-hidden />} onClick={() => void start(address(path, query, format))}>
      {t(`download.${format}`)}
    </Menu.Item>
  )
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon size={32} className={className} aria-label={t('download.list')} title={t('download.list')}>
          <Download size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('download.label')}</Menu.Label>
        {item('xlsx')}
        {item('csv')}
      </Menu.Dropdown>
    </Menu>
  )
}

function address(path: string, query: Props['query'], format: Format): string {
  const said = Object.entries(query).filter((e): e is [string, string] => e[1] !== undefined && e[1] !== '')
  return `${path}?${new URLSearchParams([...said, ['format', format]])}`
}

/** One download at a time; it ends with the screen from which it was begun. */
function useDownload() {
  const t = useT()
  const toasts = useToasts()
  const [bytes, setBytes] = useState<number>()
  const under = useRef<AbortController>(undefined)
  useEffect(() => () => under.current?.abort(), [])
  const start = async (url: string) => {
    const mine = new AbortController()
    under.current = mine
    setBytes(0)
    try {
      saveFile(await fetchFile(url, mine.signal, setBytes))
      toasts.show({ kind: 'done', text: t('download.done') })
    } catch (error) {
      if (!mine.signal.aborted) toasts.show({ kind: 'error', text: problemText(t, error), error })
    }
    setBytes(undefined)
  }
  return { bytes, start, stop: () => under.current?.abort() }
}
