import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Plugin } from 'vite'
import { defineConfig } from 'vite'

/**
 * Builds the chat widget into dist/w in two runs: `--mode loader` makes the
 * classic script widget.js, which must not contain import.meta or export;
 * `--mode panel` makes the modules that it brings later, panel.js and the
 * languages, under fixed names, and assets/more-*.js and assets/later-*.js.
 */
const here = import.meta.dirname
const outDir = path.resolve(here, 'dist/w')
const languages = readdirSync(path.join(here, 'i18n')).toSorted()

/** Names this build's catalogues, so that an old panel never meets new words from a cache. */
const build = languages
  .reduce((hash, l) => hash.update(readFileSync(path.join(here, 'i18n', l, 'widget.json'))), createHash('sha256'))
  .digest('hex')
  .slice(0, 8)

/** Writes the .br twins from the finished files, and takes away the parts of earlier builds. */
function brotliTwins(): Plugin {
  let made: string[] = []
  return {
    name: 'brotli-twins',
    apply: 'build',
    writeBundle(_, bundle) {
      made = Object.keys(bundle)
    },
    async closeBundle() {
      if (made.includes('panel.js')) await removeOthers(made)
      await Promise.all(made.map(compress))
    },
  }
}

async function compress(name: string) {
  const file = path.join(outDir, name)
  const body = await promisify(brotliCompress)(await readFile(file), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
  await writeFile(`${file}.br`, body)
}

async function removeOthers(made: string[]) {
  const parts = path.join(outDir, 'assets')
  const stale = readdirSync(parts).filter((name) => !made.includes(`assets/${name}`))
  await Promise.all(stale.map((name) => rm(path.join(parts, name))))
}

/** What more.ts consists of. The later part comes after it and finds there what both use: one request less. */
const ofMore = /widget\/((more|talk|session|sending|outbox|writing|uploads|visitor|pages|page|connection|protocol|ui\/(chat|composer|log|form|notice|phrases|icons-more|dates))\.tsx?|more\.css)/

export default defineConfig(({ mode }) => {
  const panel = { panel: 'widget/panel.tsx', ...Object.fromEntries(languages.map((l) => [`lang-${l}`, `widget/lang-${l}.ts`])) }
  const entry: Record<string, string> = mode === 'loader' ? { widget: 'widget/loader.ts' } : panel
  return {
    plugins: [brotliTwins()],
    define: { 'import.meta.env.VITE_WIDGET_BUILD': JSON.stringify(build), 'process.env.NODE_ENV': '"production"' },
    publicDir: false as const,
    build: {
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      reportCompressedSize: false,
      lib: { entry, formats: [mode === 'loader' ? ('iife' as const) : ('es' as const)], name: 'zonglerLoader', fileName: (_, name) => `${name}.js` },
      rolldownOptions: {
        // What the late part shares with the panel stays in the panel.
        preserveEntrySignatures: 'allow-extension' as const,
        output: {
          minify: true,
          comments: false,
          chunkFileNames: 'assets/[name]-[hash].js',
          ...(mode === 'panel' && { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: 'more', test: ofMore }] } }),
        },
      },
    },
  }
})
