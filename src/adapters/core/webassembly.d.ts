// The part of WebAssembly that the loader uses; neither the ES library nor Node's types declare it.
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    constructor(module: Module, imports: object)
    readonly exports: Exports
  }
  interface Memory {
    readonly buffer: ArrayBuffer
  }
  type Exports = Readonly<Record<string, unknown>>
}
