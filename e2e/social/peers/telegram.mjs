// Telegram as telegram-test-api has it. It has somebody write what it reads from its input, and prints what a bot
// answers, one JSON a line.
import { createInterface } from 'node:readline'
import telegram from 'telegram-test-api'

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
const Server = telegram.default ?? telegram
const server = new Server({ host: '127.0.0.1', port: Number(process.argv[2]) })
const token = '123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc'

await server.start()
const client = server.getClient(token, { userId: 5, chatId: 5, firstName: 'Ola', type: 'private', timeout: 20_000 })
say({ url: server.config.apiURL, token })

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { text } = JSON.parse(line)
  await client.sendMessage(client.makeMessage(text))
  say({ wrote: text })
  const { result } = await client.getUpdates()
  for (const update of result) say({ answer: update.message.text, chat: String(update.message.chat_id) })
})
