/** The product's mark: lines of a talk. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--z-accent)" />
      <g stroke="#fff" strokeWidth="3" strokeLinecap="round">
        <path d="M9 11h14" />
        <path d="M9 16h9" />
        <path d="M9 21h14" />
      </g>
    </svg>
  )
}
