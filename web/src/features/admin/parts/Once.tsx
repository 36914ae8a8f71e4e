import { Alert } from '@mantine/core'
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { CopyField } from './CopyField'

/** Something that is shown this once: what it is, and that it will not be shown again. */
export function Once({ text, label, value, children }: { text: string; label: string; value: string; children?: ReactNode }) {
  return (
    <>
      <Alert color="yellow" variant="light" icon={<TriangleAlert size={16} />} role="status">
        {text}
      </Alert>
      <CopyField label={label} value={value} focus />
      {children}
    </>
  )
}
