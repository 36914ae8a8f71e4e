// Fails if the built files have grown beyond what a page may cost (kB, gzip).
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = path.resolve(import.meta.dirname, '../dist')
const read = (dir) => {
  try {
    return readdirSync(path.join(dist, dir), { recursive: true }).filter((f) => /\.(js|css)$/.test(f))
  } catch {
    return []
  }
}
const kB = (file) => gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length / 1000
const sum = (files) => files.reduce((total, f) => total + kB(f), 0)

const index = readFileSync(path.join(dist, 'app/index.html'), 'utf8')
const entry = [...new Set([...index.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((m) => `app/${m[1]}`))]
// The shell and the texts of one language come with the first screen too.
const first = read('app').map((f) => `app/${f}`).filter((f) => /\/(Shell|texts\.en)-/.test(f))
const lazy = read('app').map((f) => `app/${f}`).filter((f) => f.endsWith('.js') && !entry.includes(f))

const budgets = [
  ['entry JS', sum(entry.filter((f) => f.endsWith('.js'))), 220],
  ['entry CSS', sum(entry.filter((f) => f.endsWith('.css'))), 32],
  ['entry and shell JS', sum([...entry, ...first].filter((f) => f.endsWith('.js'))), 240],
  ...lazy.map((f) => [`lazy ${path.basename(f)}`, kB(f), 170]),
]

let over = 0
for (const [name, size, limit] of budgets) {
  const broken = size > limit
  if (broken) over++
  if (broken || !name.startsWith('lazy')) console.log(`${broken ? 'OVER' : 'ok  '} ${name}: ${size.toFixed(1)} of ${limit} kB`)
}
process.exitCode = over > 0 ? 1 : 0
