import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ResourceForm } from '@/kit/resource/ResourceForm'
import { renderDesk, sessionWith } from '@/testing/render'
import { fields } from './ChannelsPage'
import { type ChannelInput, blankChannel, settingsOf } from './form'

const channel = (id: string, name: string, brand: string, can: object) => ({ id, name, brand_id: brand, settings: { can: { text_limit: 9, ...can } } })

afterEach(() => vi.unstubAllGlobals())

/** Opens a list and chooses one of it. */
async function choose(list: string, option: string) {
  fireEvent.click(screen.getByRole('combobox', { name: list }))
  const box = await screen.findByRole('listbox', { name: list, hidden: true })
  fireEvent.click(within(box).getByText(option))
}

describe('the form of an own channel', () => {
  it('offers in public what makes sense there, and where answers in private go on', async () => {
    vi.stubGlobal('fetch', async (request: Request) =>
      Response.json({ items: request.url.includes('own-channels') ? [channel('1', 'Aplikacja', '2', {}), channel('3', 'Forum', '2', { public: true }), channel('4', 'Cudzy', '5', {})] : [] }),
    )
    let sent: ChannelInput | undefined
    const submit = async (values: ChannelInput) => void (sent = values)
    const initial = { ...blankChannel, brand_id: '2', queue_id: '7', name: 'Forum Fali', told: ['receipts', 'typing'], asked: ['own_typing'] }
    const shown = fields.filter(({ name }) => ['public', 'told', 'asked', 'private_channel_id'].includes(name))
    renderDesk(<ResourceForm fields={shown} initial={initial} existing={false} submit={submit} onCancel={() => {}} />, { session: sessionWith('entry_point.edit') })
    expect(await screen.findByText('typing customers')).toBeTruthy()
    fireEvent.click(screen.getByRole('switch', { name: /^Everybody reads it/ }))
    await waitFor(() => expect(screen.queryByText('typing customers')).toBeNull())
    expect(screen.queryByText('showing that we write')).toBeNull()
    expect(screen.queryByRole('combobox', { name: 'Answers in private go on in' })).toBeNull()
    await choose('Commands may ask for', 'a private answer to a comment')
    await choose('Commands may ask for', 'hiding a comment')
    await waitFor(() => expect(screen.getByRole('combobox', { name: 'Answers in private go on in' })).toBeTruthy())
    await choose('Answers in private go on in', 'Aplikacja')
    expect(within(screen.getByRole('listbox', { name: 'Answers in private go on in', hidden: true })).queryByText(/Forum|Cudzy/)).toBeNull()
    fireEvent.click(screen.getByRole('button', { name: 'Create' }))
    await waitFor(() => expect(sent).toBeTruthy())
    expect(settingsOf(sent ?? blankChannel)).toMatchObject({ private_channel_id: '1', can: { public: true, receipts: true, private_reply: true, hides: true } })
  }, 30_000)
})
