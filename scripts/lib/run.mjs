// Child processes of the scripts. Plain Node, no packages.
import { spawn, spawnSync } from 'node:child_process'
import { root } from './files.mjs'

/**
 * Runs a program to its end with its output captured; `echo` copies the output to standard error as
 * well. Resolves to `{ code, stdout, output }`, where `output` holds both streams in order of arrival and
 * a program that cannot be started has the code 127.
 */
export function run(program, args, { env = {}, cwd = root, echo = false, onLine } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let output = ''
    const take = (isOut) => (text) => {
      if (isOut) stdout += text
      output += text
      if (echo) process.stderr.write(text)
      onLine?.(text)
    }
    child.stdout.setEncoding('utf8').on('data', take(true))
    child.stderr.setEncoding('utf8').on('data', take(false))
    child.on('error', (error) =>
      resolve({ code: 127, stdout, output: `${output}${error.message}\n` }),
    )
    child.on('close', (code, signal) => {
      if (signal) output += `ended by ${signal}\n`
      resolve({ code: code ?? 1, stdout, output })
    })
  })
}

/** First line that `program --version` prints, or undefined where it is not there. */
export function version(program, args = ['--version']) {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', cwd: root })
  return status === 0 ? stdout.split('\n')[0].trim() : undefined
}

/** The last lines of an output, for an error message. */
export const tail = (text, lines = 12) => text.trimEnd().split('\n').slice(-lines).join('\n')
