import type { SourceMap } from 'node:module'

/** A script whose frames are to be shown at the lines of its source. */
export interface MappedScript {
  readonly path: string
  readonly shown: string
  readonly map: SourceMap
}

/**
 * Rewrites the frames of an error's stack that lie in the scripts; returns the place of the first,
 * `file:line:column`, empty where none does.
 */
export function locateIn(scripts: readonly MappedScript[], error: unknown): string {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return ''
  let first = ''
  const frames = error.stack.split('\n').map((frame) => {
    for (const script of scripts) {
      const mapped = mapFrame(script, frame)
      if (mapped === undefined) continue
      first ||= mapped.place
      return mapped.frame
    }
    return frame
  })
  error.stack = frames.join('\n')
  return first
}

interface MappedFrame {
  readonly frame: string
  readonly place: string
}

function mapFrame(script: MappedScript, frame: string): MappedFrame | undefined {
  const start = frame.indexOf(`${script.path}:`)
  if (start < 0 || !/^\s+at /.test(frame)) return undefined
  const position = /^:(\d+):(\d+)/.exec(frame.slice(start + script.path.length))
  if (position === null) return undefined
  const [text, line, column] = position
  const entry = script.map.findEntry(Number(line) - 1, Number(column) - 1)
  if (!('originalLine' in entry)) return undefined
  const at = `:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  const rest = frame.slice(start + script.path.length + text.length)
  return {
    frame: frame.slice(0, start) + script.path + at + rest,
    place: script.shown + at,
  }
}
