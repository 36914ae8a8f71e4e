const characters = (text: string) => [...text].length
let weigh = characters

/** Says how a text is weighed; it comes with what is public, and until then characters are counted. */
export function weighWith(how: (text: string) => number) {
  weigh = how
}

/** Counts a text as its channel does. */
export const lengthOf = (text: string, weighted?: boolean): number => (weighted ? weigh : characters)(text)
