/** Icons of the first sight, as paths in a square of 24. */
export const back = 'M15 6l-6 6 6 6'
export const close = 'M6 6l12 12M18 6L6 18'
export const chat = 'M21 12a9 9 0 0 1-13 8l-5 1 1.4-4.6A9 9 0 1 1 21 12z'
export const end = 'M9 4H5v16h4M15 8l4 4-4 4M19 12H9'
export const down = 'M6 9l6 6 6-6'
