import { describe, expect, it } from 'vitest'
import { fail, invariant, TickwrightError } from './tickwright-error.js'

describe('an error', () => {
  it('has the exit code of its category', () => {
    const codes = ['E_STRATEGY_IMPURE', 'E_FRAME_PARSE', 'E_MISSING_CARGO', 'E_SOMETHING_NEW']
    expect(codes.map((code) => new TickwrightError(code, '').exitCode)).toEqual([2, 3, 4, 70])
  })

  it('is written with the keys of --json alone', () => {
    const error = fail('E_STRATEGY_STATE', 'state.x was not declared', { at: 'a.ts:1:2' })
    expect(Object.keys(JSON.parse(JSON.stringify(error)))).toEqual([
      'code',
      'message',
      'at',
      'hint',
    ])
    expect(error.hint).toContain('plain JSON')
  })

  it('crosses the border as fields', () => {
    const json = '{"code":"E_TAPE_CRC","message":"block 3","at":"byte 64","hint":"import again"}'
    expect(TickwrightError.fromCore(json)).toMatchObject({
      ...{ code: 'E_TAPE_CRC', message: 'block 3', at: 'byte 64', hint: 'import again' },
      ...{ category: 'data', exitCode: 3 },
    })
    expect(JSON.parse(JSON.stringify(TickwrightError.fromCore(json)))).toEqual(JSON.parse(json))
  })

  it.each(['panicked', '', 'null', '[]', '{"message":"no code"}'])('keeps a reply %j', (reply) => {
    const error = TickwrightError.fromCore(reply)
    expect(error).toMatchObject({ code: 'E_CORE_REPLY', exitCode: 70 })
    expect(error.message).toContain(reply)
  })

  it('takes a place once', () => {
    const error = invariant('x').placed('a.ts:1:1')
    expect(error).toMatchObject({ at: 'a.ts:1:1', message: 'Invariant: x', code: 'E_INVARIANT' })
    expect(error.placed('b.ts:2:2')).toBe(error)
  })
})
