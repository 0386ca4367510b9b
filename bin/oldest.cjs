// Which Node Backlot needs: the one place that says it. package.json's engines agree (test/install/package.test.ts).
// Our SQLite is compiled for Node-API 10: an older Node loads it and dies of it without a word.
'use strict'

/** The first of each line that will do; later lines do from their start. */
const first = [
  [22, 15],
  [23, 6]
]

exports.named = '22.15 or newer (of 23: 23.6)'
exports.engines = '^22.15.0 || >=23.6.0'
exports.isNewEnough = function (version) {
  const parts = String(version).split('.').map(Number)
  const own = first.filter(function (one) {
    return one[0] === parts[0]
  })[0]
  return own ? parts[1] >= own[1] : parts[0] > first[first.length - 1][0]
}
