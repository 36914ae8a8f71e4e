// masto.js, with which many clients speak to Mastodon, speaks to a server of ours: it says what it makes of that, one JSON a line.
import { createRestAPIClient, createStreamingAPIClient } from 'masto'

const [url, accessToken] = process.argv.slice(2)
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
const masto = createRestAPIClient({ url, accessToken })

const instance = await masto.v2.instance.fetch()
const me = await masto.v1.accounts.verifyCredentials()
say({ acct: me.acct, characters: instance.configuration.statuses.maxCharacters, streaming: instance.configuration.urls.streaming })

const streaming = createStreamingAPIClient({ streamingApiUrl: instance.configuration.urls.streaming, accessToken })
const events = streaming.user.subscribe()
const heard = (async () => {
  for await (const event of events) {
    if (event.event === 'notification') return event.payload
  }
})()
const notification = await heard
say({ type: notification.type, id: notification.status.id, visibility: notification.status.visibility, content: notification.status.content })

let listed = 0
for await (const page of masto.v1.notifications.list({ types: ['mention'], limit: 2 })) listed += page.length
say({ listed })

const media = await masto.v2.media.create({ file: new Blob(['png'], { type: 'image/png' }) })
const answer = await masto.v1.statuses.create({ status: '@zofia tak', inReplyToId: notification.status.id, visibility: 'unlisted', mediaIds: [media.id] })
const context = await masto.v1.statuses.$select(answer.id).context.fetch()
const edited = await masto.v1.statuses.$select(answer.id).update({ status: '@zofia nie', mediaIds: [media.id] })
const liked = await masto.v1.statuses.$select(notification.status.id).favourite()
const refused = await masto.v1.statuses.create({ status: 'x'.repeat(501) }).catch((e) => e.message)
await masto.v1.statuses.$select(answer.id).remove()
const zofia = await masto.v1.accounts.lookup({ acct: 'zofia@fala.example' })
const blocked = await masto.v1.accounts.$select(zofia.id).block()
const free = await masto.v1.accounts.$select(zofia.id).unblock()
say({
  parent: answer.inReplyToId, files: answer.mediaAttachments.length, mentioned: answer.mentions.map((m) => m.acct), above: context.ancestors.map((s) => s.id),
  edited: Boolean(edited.editedAt), liked: liked.favourited, refused,
  blocked: blocked.blocking, free: !free.blocking,
})
streaming.close()
