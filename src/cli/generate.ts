import type { Command } from 'commander'
import type { CoreModule, ToolPort } from '../ports/core.js'
import { collect, define, type ExitCode, wholeNumber } from './command.js'
import { OutputFile } from './output-file.js'
import { count, table, type Ui } from './ui.js'

interface GenerateOptions {
  readonly out: string
  readonly seed: number
  readonly seconds: number
  readonly venue?: string
  readonly symbol?: readonly string[]
  readonly codec?: string
  readonly block?: number
  readonly frames?: string
}

interface Figure {
  readonly name: string
  readonly generated: number
  readonly recorded: number
  readonly ratio: number
  readonly promised: boolean
  readonly within: boolean
}

interface Generated {
  readonly events: number
  readonly rows: number
  readonly bytes: number
  readonly contentHash: string
  readonly figures: readonly Figure[]
}

export function addGenerate(program: Command, exit: ExitCode): void {
  const command = program
    .command('generate')
    .description('a seeded synthetic market as a tape, beside the figures of a real recording')
    .requiredOption('--out <tape>', 'the tape to write')
    .option('--seed <n>', 'the same seed makes the same market', wholeNumber('seed', 0), 1)
    .option('--seconds <s>', 'how long', wholeNumber('seconds', 1), 60)
    .option('--venue <name>', 'binance, binance-usdm or binance-coinm')
    .option('--symbol <symbol>', 'an instrument; several are generated together', collect)
    .option('--codec <name>', 'none, delta or delta+zstd')
    .option('--block <events>', 'events a block', wholeNumber('block', 1))
    .option(
      '--frames <file>',
      'also the frames that the venue would have sent, as `import` reads them',
    )
  define<GenerateOptions>(
    command,
    exit,
    'tickwright generate --out demo.tape --seed 7 --seconds 600',
    (_, options, { core, ui }) => {
      const document = writeTape(core, options, ui)
      if (options.frames !== undefined) writeFrames(core, options, options.frames)
      return { document, text: () => generatedText(options.out, document) }
    },
  )
}

function open(core: CoreModule, options: GenerateOptions): ToolPort {
  return core.openTool('generate', {
    seed: options.seed,
    seconds: options.seconds,
    ...(options.venue === undefined ? {} : { venue: options.venue }),
    ...(options.symbol === undefined ? {} : { symbols: options.symbol }),
    ...(options.codec === undefined ? {} : { codec: options.codec }),
    ...(options.block === undefined ? {} : { blockEvents: options.block }),
  })
}

function writeTape(core: CoreModule, options: GenerateOptions, ui: Ui): Generated {
  const tool = open(core, options)
  const out = new OutputFile(options.out)
  try {
    for (;;) {
      const { result, bytes } = tool.call<{ events: number; done: Generated | null }>('tape')
      out.write(bytes)
      ui.progress('generating events', result.events, 0)
      if (result.done === null) continue
      out.finish()
      return result.done
    }
  } catch (error) {
    out.abandon()
    throw error
  }
}

/** Lines of receive time in nanoseconds, one blank and the frame. */
function writeFrames(core: CoreModule, options: GenerateOptions, path: string): void {
  const tool = open(core, options)
  const out = new OutputFile(path)
  for (let ended = false; !ended; ) {
    const { result, bytes } = tool.call<{ ended: boolean }>('inputs')
    ended = result.ended
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at < view.length; ) {
      const length = Number(view.readBigUInt64LE(at + 16))
      const stamp = Buffer.from(`${view.readBigInt64LE(at + 8)} `)
      out.write(Buffer.concat([stamp, view.subarray(at + 24, at + 24 + length), Buffer.from('\n')]))
      at += 24 + Math.ceil(length / 8) * 8
    }
  }
  out.finish()
}

function generatedText(path: string, g: Generated): string {
  const rows = g.figures.map((f) => {
    const mark = f.promised ? (f.within ? 'within 20 %' : 'BEYOND 20 %') : ''
    return [f.name, f.generated.toPrecision(4), f.recorded.toPrecision(4), f.ratio.toFixed(2), mark]
  })
  return [
    `${path}: ${count(g.events)} events, ${count(g.rows)} rows, ${count(g.bytes)} bytes`,
    table([['figure', 'generated', 'recorded', 'ratio', ''], ...rows]),
    `content hash ${g.contentHash}`,
  ].join('\n')
}
