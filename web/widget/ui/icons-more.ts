/** Icons of the conversation, as paths in a square of 24. */
export const clip = 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.600 8.500a1.700 1.700 0 0 1-2.400-2.400L14.500 7.500'
export const smile = 'M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M8.500 14.500a4.500 4.500 0 0 0 7 0M9 9.500h.01M15 9.500h.01'
export const send = 'M21 3L10 14M21 3l-7 18-4-7-7-4z'
export const file = 'M14 3H6v18h12V7zM14 3v4h4'
export const clock = 'M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0M12 7v5l3 2'
export const star = 'M12 3l2.800 5.700 6.200.9-4.500 4.400 1.100 6.200-5.600-2.900-5.600 2.900 1.100-6.200L3 9.600l6.200-.9z'
