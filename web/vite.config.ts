import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const outDir = path.resolve(import.meta.dirname, 'dist/app')
const compressible = /\.(js|css|svg|json)$/
const minCompressed = 1024
const backend = process.env.ZONGLER_DEV_BACKEND ?? 'http://localhost:8080'

/**
 * Writes a .br twin beside each text file that gets smaller by it. It works on
 * the finished files: earlier the bundle still holds the builder's placeholders.
 */
function brotliTwins(): Plugin {
  return {
    name: 'brotli-twins',
    apply: 'build',
    async closeBundle() {
      const files = await readdir(outDir, { recursive: true })
      await Promise.all(files.filter((f) => compressible.test(f)).map((f) => compress(path.join(outDir, f))))
    },
  }
}

async function compress(file: string) {
  const body = await readFile(file)
  const twin = `${file}.br`
  await rm(twin, { force: true })
  if (body.length < minCompressed) return
  const packed = await promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
  if (packed.length < body.length) await writeFile(twin, packed)
}

/** Asks the browser for the text font at once, so that text is not painted twice. */
function preloadFont(): Plugin {
  return {
    name: 'preload-font',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const font = Object.keys(bundle ?? {}).find((f) => /inter-latin-wght.*\.woff2$/.test(f))
        if (!font) return []
        return [{ tag: 'link', injectTo: 'head', attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `/${font}` } }]
      },
    },
  }
}

export default defineConfig({
  plugins: [react({ compiler: true }), preloadFont(), brotliTwins()],
  resolve: { alias: { '@': path.resolve(import.meta.dirname, 'src') } },
  // The server puts a fresh nonce in place of this text in every answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: { outDir, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  server: {
    port: 5173,
    proxy: Object.fromEntries(['/api', '/w', '/c', '/widget.js', '/help', '/s', '/v', '/hooks', '/ws'].map((at) => [`^${at}(/|$|\\?)`, { target: backend, ws: at === '/ws' || at === '/w' }])),
  },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    maxWorkers: '100%',
    testTimeout: 30_000,
    projects: [
      // A world for each worker, not for each file: six times as fast. The setup leaves nothing behind.
      { extends: true, test: { name: 'desk', include: ['src/**/*.test.{ts,tsx}', 'tools/**/*.test.ts'], isolate: false } },
      // Chats of one widget speak to each other, as tabs do: each file is a browser of its own.
      { extends: true, test: { name: 'widget', include: ['widget/**/*.test.{ts,tsx}'], isolate: true } },
    ],
  },
})
