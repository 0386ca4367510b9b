// The built command line, without looking whether it has to be built.
process.argv.splice(1, 1, new URL('../out/main/cli.js', import.meta.url).pathname)
await import('../out/main/cli.js')
