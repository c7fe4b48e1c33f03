/** Runs one command and returns its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  process.stdout.write(`tickwright ${argv.join(' ')}\n`)
  return 0
}
