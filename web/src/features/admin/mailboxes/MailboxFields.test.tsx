import { fireEvent, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { renderDesk, sessionWith } from '@/testing/render'
import type { Control } from '@/kit/resource/schema'
import { type MailSettings, blankMailbox, usualSettings } from './form'
import { MailboxFields } from './MailboxFields'

const changed = vi.fn<(settings: MailSettings) => void>()
afterEach(() => void changed.mockClear())

/** The fields as the form holds them. */
function Held({ start, disabled = false, error }: { start: Partial<MailSettings>; disabled?: boolean; error?: string }) {
  const [settings, setSettings] = useState<MailSettings>({ ...usualSettings, ...start })
  const control: Control = {
    name: 'settings',
    label: '',
    error: undefined,
    value: settings,
    values: { ...blankMailbox, settings },
    disabled,
    errorOf: (path: string) => (path === 'config.signature_rule' ? error : undefined),
    onChange: (value: MailSettings) => {
      changed(value)
      setSettings(value)
    },
  }
  return <MailboxFields control={control} />
}

const rule = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Who signs' })

describe('who signs the mails of a mailbox', () => {
  it('is the mailbox where nothing else was said', () => {
    renderDesk(<Held start={{}} />, { session: sessionWith('entry_point.edit') })
    expect(rule().value).toBe('The mailbox')
    expect(screen.getByText(/Agents write their own signature in their profile/)).toBeTruthy()
  })

  it.each([
    ['agent', 'The agent'],
    ['both', 'Both'],
  ] as const)('can be %s', async (value, label) => {
    renderDesk(<Held start={{ signature: 'Fala Net' }} />, { session: sessionWith('entry_point.edit') })
    fireEvent.click(rule())
    fireEvent.click(await screen.findByRole('option', { name: label }))
    expect(changed).toHaveBeenCalledExactlyOnceWith({ ...usualSettings, signature: 'Fala Net', signature_rule: value })
    expect(rule().value).toBe(label)
  })

  it('is always somebody: what is chosen cannot be taken away', async () => {
    renderDesk(<Held start={{ signature_rule: 'both' }} />, { session: sessionWith('entry_point.edit') })
    fireEvent.click(rule())
    fireEvent.click(await screen.findByRole('option', { name: 'Both' }))
    expect(rule().value).toBe('Both')
    for (const [settings] of changed.mock.calls) expect(settings.signature_rule).toBe('both')
  })

  it('says at the field what the server refuses', () => {
    renderDesk(<Held start={{}} error="That is no rule." />, { session: sessionWith('entry_point.edit') })
    expect(rule().getAttribute('aria-invalid')).toBe('true')
    expect(screen.getByText('That is no rule.')).toBeTruthy()
  })

  it('cannot be changed by who may only look', () => {
    renderDesk(<Held start={{}} disabled />, { session: sessionWith() })
    expect(rule().disabled).toBe(true)
  })
})
