/**
 * Fails when the built widget is larger than every page of a brand's site should
 * bear. Figures are bytes in brotli, as they travel; gzip for the loader too.
 */
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

const built = path.resolve(import.meta.dirname, '../dist/w')
const size = (name) => readFileSync(path.join(built, `${name}.br`)).length
const part = (name) => readdirSync(path.join(built, 'assets')).filter((file) => file.endsWith('.js') && file.startsWith(`${name}-`)).reduce((sum, file) => sum + size(`assets/${file}`), 0)
const loader = size('widget.js')
const panel = size('panel.js')

const budgets = [
  ['widget.js (gzip)', gzipSync(readFileSync(path.join(built, 'widget.js')), { level: 9 }).length, 2048],
  ['widget.js + panel.js', loader + panel, 15_000],
  ...['en', 'pl', 'hu'].map((l) => [`lang-${l}.js`, size(`lang-${l}.js`), 1800]),
  ['widget.js + panel.js + more: until a first chat', loader + panel + part('more'), 24_500],
  ['later: what a conversation needs that goes on', part('later'), 3000],
]

for (const [name, bytes, limit] of budgets) process.stdout.write(`${bytes > limit ? 'TOO LARGE' : 'ok'}  ${name}: ${bytes} of ${limit}\n`)
if (budgets.some(([, bytes, limit]) => bytes > limit)) process.exitCode = 1
