/** Entry point of the command line tool. */
import { exitCode } from './exit-code.ts'
import { nodeHost } from './host.ts'
import { run } from './program.ts'
import { analyses } from './real-analyses.ts'

const version = typeof DMAPLUMB_VERSION === 'string' ? DMAPLUMB_VERSION : '0.0.0'

// The reader of a pipe may leave early (`| head`): nothing is left to say then.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? (process.exitCode ?? exitCode.clean) : exitCode.bug)
  })
}

// Not process.exit(): what was written must be able to drain.
run(process.argv.slice(2), { host: nodeHost(), analyses, version }).then((code) => {
  process.exitCode = code
})
