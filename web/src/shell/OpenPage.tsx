import { ActionIcon, Menu, useComputedColorScheme } from '@mantine/core'
import { Check, Languages, Moon, Sun } from 'lucide-react'
import type { ReactNode } from 'react'
import { languageList, languages, useLanguage, useT } from '@/lib/i18n'
import { useScreenTitle } from '@/lib/title'
import { Logo } from '@/kit/Logo'
import { otherTheme, useApplyPreferences } from './preferences'
import classes from './OpenPage.module.css'

/** A page before the sign-in: one card on the canvas, language and theme in the corner. */
export function OpenPage({ title, text, wide, children }: { title: string; text?: string; wide?: boolean; children: ReactNode }) {
  useScreenTitle(title)
  return (
    <div className={classes.page}>
      <header className={classes.top}>
        <span className={classes.name}>
          <Logo size={28} /> Zongler
        </span>
        <Look />
      </header>
      <main className={classes.main}>
        <div className={classes.card} data-wide={wide || undefined}>
          <div className={classes.head}>
            <h1>{title}</h1>
            {text && <p>{text}</p>}
          </div>
          {children}
        </div>
      </main>
    </div>
  )
}

function Look() {
  const t = useT()
  const { language } = useLanguage()
  const apply = useApplyPreferences()
  const scheme = useComputedColorScheme('light')
  return (
    <div className={classes.look}>
      <Menu position="bottom-end">
        <Menu.Target>
          <button type="button" className={classes.language} aria-label={`${t('shell.language')}: ${languages[language]}`}>
            <Languages size={18} strokeWidth={1.8} aria-hidden /> {languages[language]}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {languageList.map((l) => (
            <Menu.Item key={l} lang={l} onClick={() => void apply({ language: l })} rightSection={l === language && <Check size={14} aria-label={t('state.chosen')} />}>
              {languages[l]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ActionIcon size={36} aria-label={t(scheme === 'dark' ? 'shell.toLight' : 'shell.toDark')} onClick={() => void apply({ theme: otherTheme(scheme) })}>
        {scheme === 'dark' ? <Sun size={18} /> : <Moon size={18} />}
      </ActionIcon>
    </div>
  )
}
