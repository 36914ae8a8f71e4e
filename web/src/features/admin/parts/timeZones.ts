const names = new Set([...Intl.supportedValuesOf('timeZone'), Intl.DateTimeFormat().resolvedOptions().timeZone, 'UTC'])

/** Every time zone the browser knows, as what a form field offers. */
export const timeZones = { queryKey: ['time-zones'], queryFn: async () => [...names].toSorted().map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })) }
