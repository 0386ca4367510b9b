// Which Node Backlot needs: the one place that says it. package.json's engines agree (test/install/package.test.ts).
'use strict'

const major = 22

exports.major = major
exports.isNewEnough = function (version) {
  return Number(String(version).split('.')[0]) >= major
}
