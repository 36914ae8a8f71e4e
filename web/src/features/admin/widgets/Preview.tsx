import { Button, SegmentedControl } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { ExternalLink } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { uniqueId } from '@/lib/api'
import { type Language, languageList, languages, useT } from '@/lib/i18n'
import { useSignedIn } from '@/lib/session'
import type { Control } from '@/kit/resource/schema'
import { useBrands } from '../parts/lookups'
import { type WidgetConfig, previewConfig } from './preview'
import type { WidgetInput } from './settings'
import classes from './Widgets.module.css'

const typingPause = 500 // milliseconds without a change before the widget starts anew

/** The real widget with the settings as they stand in the form, saved or not. Nothing that is written in it is sent. */
export function Preview({ control }: { control: Control }) {
  const t = useT()
  const values = control.values as WidgetInput
  const brand = useBrands().find(values.brand_id)
  const { demo } = useSignedIn()
  const [language, setLanguage] = useState<Language>(t.language)
  const [hours, setHours] = useState<'open' | 'closed'>('open')
  const shown = { name: brand?.name ?? '', color: brand?.color ?? '#0b7285', languages: brand?.languages ?? languageList }
  const [json] = useDebouncedValue(JSON.stringify(previewConfig(values.config, shown, language, hours === 'open')), typingPause)
  return (
    <div className={classes.preview}>
      <p className={classes.hint}>{t('admin.widgets.previewHelp')}</p>
      <div className={classes.previewTools}>
        <SegmentedControl size="xs" aria-label={t('admin.language')} value={language} onChange={(v) => setLanguage(v as Language)} data={languageList.map((l) => ({ value: l, label: languages[l] }))} />
        <SegmentedControl
          size="xs"
          aria-label={t('admin.calendar')}
          value={hours}
          onChange={(v) => setHours(v as typeof hours)}
          data={[
            { value: 'open', label: t('admin.widgets.open') },
            { value: 'closed', label: t('admin.widgets.closed') },
          ]}
        />
      </div>
      <Frame key={json} json={json} title={t('admin.widgets.preview')} />
      {demo && (
        <Button component="a" href="/demo/fala-net" target="_blank" rel="noopener" variant="default" leftSection={<ExternalLink size={16} />}>
          {t('admin.widgets.demoPage')}
        </Button>
      )}
    </div>
  )
}

/**
 * A frame of our own page in which the widget runs. Its requests are answered
 * here: the configuration from the form, everything else as unreachable. What
 * the widget keeps for itself is under a key of this preview and removed with it.
 */
function Frame({ json, title }: { json: string; title: string }) {
  const frame = useRef<HTMLIFrameElement>(null)
  useEffect(() => {
    const inner = frame.current?.contentWindow
    if (!inner) return undefined
    const key = `preview-${uniqueId()}`
    const scheme = document.documentElement.dataset.mantineColorScheme
    Object.assign(inner, {
      fetch: async (asked: RequestInfo | URL) => {
        const address = asked instanceof Request ? asked.url : String(asked)
        return new URL(address, location.origin).pathname === '/w/config' ? new Response(json, { headers: { 'content-type': 'application/json' } }) : Promise.reject(new TypeError('preview'))
      },
    })
    keepFocus(inner)
    const { document: page } = inner
    page.documentElement.style.colorScheme = scheme ?? 'light'
    const script = page.createElement('script')
    script.src = '/widget.js'
    script.dataset.key = key
    script.dataset.lang = (JSON.parse(json) as WidgetConfig).language
    if (!(JSON.parse(json) as WidgetConfig).look?.theme) script.dataset.theme = scheme
    script.addEventListener('load', () => (inner as unknown as { zongler: (command: string) => void }).zongler('open'))
    page.body.append(script)
    return () => forget(key)
  }, [json])
  // Our own script in our own page: a sandbox would take away the origin that it is reached by.
  // oxlint-disable-next-line react/iframe-missing-sandbox
  return <iframe ref={frame} title={title} className={classes.frame} />
}

/** Lets the widget take the focus only once somebody has gone into it: it opens while one types beside it. */
function keepFocus(inner: Window) {
  const { HTMLElement: Element } = inner as Window & typeof globalThis
  const { focus } = Element.prototype
  Element.prototype.focus = () => {}
  const give = () => void (Element.prototype.focus = focus)
  for (const entered of ['pointerdown', 'keydown']) inner.addEventListener(entered, give, { capture: true, once: true })
}

function forget(key: string) {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(`zongler:${key}:`)) localStorage.removeItem(name)
  }
}
