/** Where a picture is that was uploaded for an article: only who works here can open it. */
export const pictureAddress = (file: string) => `/api/v1/article-pictures/${file}`

/** Where any other file of an article is; the server gives it to be saved, or in parts to a player. */
export const fileAddress = (file: string) => `/api/v1/article-files/${file}`
