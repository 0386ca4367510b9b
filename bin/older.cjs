// A Node that is too old: the one that `npm ci` brought into a clone goes on, else a sentence says which is needed.
'use strict'

const spawn = require('child_process').spawn
const oldest = require('./oldest.cjs')
const ownNode = require('./own-node.cjs').ownNode

exports.handOver = function () {
  const own = ownNode()
  if (own === null) {
    process.stderr.write(
      'backlot needs Node ' +
        oldest.named +
        ', and this is ' +
        process.version +
        ' (' +
        process.execPath +
        '); ' +
        'install a newer one, or put it first on the PATH\n'
    )
    process.exitCode = 2
    return
  }
  // A terminal's signals reach both of us, those of `kill` one: ours are told with their number, and the command line
  // takes the same one once (src-main/cli/ending.ts).
  const script = require.resolve('./backlot.cjs')
  const child = spawn(own, [script].concat(process.argv.slice(2)), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  const heard = {}
  ;['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'].forEach(function (signal) {
    process.on(signal, function () {
      heard[signal] = (heard[signal] || 0) + 1
      // before its first line it has no ear for it, and after its last no channel
      if (child.connected) child.send({ backlot: 'signal', signal: signal, count: heard[signal] }, function () {})
    })
  })
  child.on('exit', function (code, signal) {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else process.exitCode = code === null ? 1 : code
  })
}
