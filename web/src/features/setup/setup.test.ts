import { describe, expect, it } from 'vitest'
import { blankSetup, checkSetup, codeOf, stepOf, toSetupInput } from './input'

const checks = {
  required: (v: string | readonly unknown[]) => (v.length === 0 ? 'required' : undefined),
  email: (v: string) => (v.includes('@') ? undefined : 'email'),
  password: (v: string) => (v.length >= 10 ? undefined : 'short'),
}

describe('setup', () => {
  it('asks for what is missing and nothing else', () => {
    expect(Object.keys(checkSetup(blankSetup('pl', ''), checks)).toSorted()).toEqual(['administrator.email', 'administrator.name', 'administrator.password', 'brand.name', 'code', 'operator.name', 'queue.name', 'widget.name'])
  })

  it('takes the code from the address that the server printed', () => {
    expect([codeOf('#code=AB2'), codeOf('#'), codeOf('')]).toEqual(['AB2', '', ''])
  })

  it('opens the step of the first error', () => {
    expect(stepOf(['widget.domains[0]', 'queue.name'])).toBe(2)
    expect(stepOf(['administrator.email'])).toBe(0)
    expect(stepOf(['elsewhere'])).toBe(-1)
  })

  it('sends the shape of the API', () => {
    const input = toSetupInput({ ...blankSetup('hu', ' ABC '), 'operator.name': ' Kapcsolat Kft. ', 'brand.name': 'Bolt' }, 'hu')
    expect(input).toMatchObject({ code: 'ABC', operator: { name: 'Kapcsolat Kft.' }, brand: { name: 'Bolt', languages: ['hu'] }, administrator: { language: 'hu' }, queue: { target_percent: 80, target_seconds: 20 } })
  })
})
