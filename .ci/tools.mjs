import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

const own = resolve('node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** The project's own Node where it is installed: the machine's may be too old for wrangler and vitest. */
export const node = existsSync(own) ? own : process.execPath

export const tools = {
  biome: 'node_modules/@biomejs/biome/bin/biome',
  'drizzle-kit': 'node_modules/drizzle-kit/bin.cjs',
  playwright: 'node_modules/@playwright/test/cli.js',
  tsc: 'node_modules/typescript/bin/tsc',
  vitest: 'node_modules/vitest/vitest.mjs',
  wrangler: 'node_modules/wrangler/bin/wrangler.js',
}

/**
 * Runs a tool (or a script of ours, by path) to its end, without a shell. Standard input is closed, so
 * nothing stops to ask; `input` is piped to it instead. `output` is `stdout` and what came on standard
 * error; with `show` both go to the terminal instead.
 */
export function run(tool, args, { env = {}, input = '', show = false } = {}) {
  return new Promise((done, fail) => {
    const out = show ? 'inherit' : 'pipe'
    const child = spawn(node, [resolve(tools[tool] ?? tool), ...args], {
      env: { ...process.env, ...env },
      stdio: [input ? 'pipe' : 'ignore', out, out],
    })
    let stdout = ''
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text
      output += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text
    })
    child.on('error', fail)
    child.on('close', (code) => done({ code: code ?? 1, stdout, output }))
    // A tool that ends before it has read everything says so by its code.
    child.stdin?.on('error', () => {}).end(input)
  })
}

/** The first port from `wanted` on where nobody answers: a browser tries localhost as ::1 and as 127.0.0.1. */
export async function freePort(wanted) {
  let port = wanted
  while ((await answers('127.0.0.1', port)) || (await answers('::1', port))) port++
  return port
}

function answers(host, port) {
  return new Promise((done) => {
    const socket = connect({ host, port })
    const settle = (answer) => {
      socket.destroy()
      done(answer)
    }
    socket.on('connect', () => settle(true)).on('error', () => settle(false))
  })
}
