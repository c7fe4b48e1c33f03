import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Command } from 'commander'
import type { CoreModule, ToolPort } from '../ports/core.js'
import { collect, define, type ExitCode, usage, wholeNumber } from './command.js'
import { packedInputs } from './feed-inputs.js'
import { OutputFile } from './output-file.js'
import { count, table, type Ui } from './ui.js'

const NEWLINE = Buffer.from('\n')

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
      'also the frames that the venue would have sent, as `import` reads them; .gz is packed',
    )
  define<GenerateOptions>(
    command,
    exit,
    'tickwright generate --out demo.tape --seed 7 --seconds 600',
    async (_, options, { core, ui }) => {
      const document = await writeTape(core, options, ui)
      if (options.frames !== undefined) await writeFrames(core, options, options.frames, ui)
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

async function writeTape(core: CoreModule, options: GenerateOptions, ui: Ui): Promise<Generated> {
  const tool = open(core, options)
  const out = new OutputFile(options.out)
  try {
    for (;;) {
      const { result, bytes } = tool.call<{ events: number; done: Generated | null }>('tape')
      out.write(bytes)
      await ui.progress('generating events', result.events, 0)
      if (result.done === null) continue
      out.finish()
      return result.done
    }
  } finally {
    out.abandon()
    tool.close()
  }
}

/** Lines of receive time in nanoseconds, one blank and the frame; packed where the name ends in `.gz`. */
async function writeFrames(
  core: CoreModule,
  options: GenerateOptions,
  path: string,
  ui: Ui,
): Promise<void> {
  const tool = open(core, options)
  requireTellingSnapshots(tool, path)
  const out = new OutputFile(path)
  try {
    const lines = frameLines(tool, ui)
    if (path.endsWith('.gz')) {
      await pipeline(lines, createGzip(), async (packed: AsyncIterable<Buffer>) => {
        for await (const chunk of packed) out.write(chunk)
      })
    } else {
      for await (const text of lines) out.write(text)
    }
    out.finish()
  } finally {
    out.abandon()
    tool.close()
  }
}

/** Some megabytes of lines at a time. */
async function* frameLines(tool: ToolPort, ui: Ui): AsyncGenerator<Buffer> {
  for (let ended = false, done = 0; !ended; ) {
    const { result, bytes } = tool.call<{ ended: boolean }>('inputs')
    ended = result.ended
    const lines = [...packedInputs(bytes)].flatMap(({ ts, bytes: frame }) => [
      Buffer.from(`${ts} `),
      frame,
      NEWLINE,
    ])
    yield Buffer.concat(lines)
    done += lines.length / 3
    await ui.progress('writing frames', done, 0)
  }
}

/** Only the snapshots of COIN-M name their instrument: import could not tell those of several apart. */
function requireTellingSnapshots(tool: ToolPort, path: string): void {
  const { instruments } = tool.call<{ instruments: readonly { venue: string }[] }>(
    'describe',
  ).result
  if (instruments.length < 2 || instruments[0]?.venue === 'binance-coinm') return
  throw usage(
    `--frames ${path}: snapshots of ${instruments.length} instruments could not be told apart`,
    'give one --symbol, or --venue binance-coinm',
  )
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
