// The commands that README.md shows, run as tests.
// Every ```sh block is one test. `<!-- not run: COMMAND: reason -->` in front of a block leaves out
// the line COMMAND of it (`*`: the whole block); what is left out is counted as skipped and named.
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './files.mjs'
import { run } from './run.mjs'

const BLOCK = /((?:<!-- not run: .*? -->\n)*)```sh\n([\s\S]*?)```/g
const EXCEPTION = /<!-- not run: (.*?): (.*?) -->/g

/** Blocks of a text: `{ line, commands, skipped }`. Throws where an exception matches no line. */
export function readBlocks(text) {
  return [...text.matchAll(BLOCK)].map(({ index, 1: notes, 2: body }) => {
    const line = text.slice(0, index + notes.length).split('\n').length
    const exceptions = [...notes.matchAll(EXCEPTION)].map(([, command, reason]) => ({
      command,
      reason,
    }))
    const lines = body.trimEnd().split('\n')
    for (const { command } of exceptions) {
      if (command === '*' || lines.includes(command)) continue
      throw new Error(`README.md:${line}: no line "${command}" in the block below its exception`)
    }
    const isOut = (command) => exceptions.some((e) => e.command === '*' || e.command === command)
    return {
      line,
      commands: lines.filter((command) => !isOut(command)),
      skipped: exceptions.map(({ command, reason }) => `README.md:${line} ${command}: ${reason}`),
    }
  })
}

/** Runs all blocks in order, in one folder that looks like the checkout and takes their output. */
export async function runReadme(fails) {
  const total = { passed: 0, failed: 0, skipped: [] }
  const folder = lookalike()
  try {
    for (const block of readBlocks(readFileSync(join(root, 'README.md'), 'utf8'))) {
      total.skipped.push(...block.skipped)
      if (block.commands.length === 0) continue
      const { code, output } = await run(
        'bash',
        ['-euo', 'pipefail', '-c', block.commands.join('\n')],
        {
          cwd: folder,
        },
      )
      if (code === 0) total.passed++
      else {
        total.failed++
        fails(
          `README.md:${block.line} ended with ${code}:\n${block.commands.join('\n')}\n${output}`,
        )
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return total
}

/** A temporary folder with a link to each entry of the checkout, so that output stays out of it. */
function lookalike() {
  const folder = mkdtempSync(join(tmpdir(), 'tickwright-readme-'))
  for (const name of readdirSync(root)) {
    if (name !== 'runs' && name !== '.git') symlinkSync(join(root, name), join(folder, name))
  }
  return folder
}
