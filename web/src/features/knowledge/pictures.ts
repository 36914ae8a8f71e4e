/** Where a picture is that was uploaded for an article: only who works here can open it. */
export const pictureAddress = (file: string) => `/api/v1/article-pictures/${file}`
