#!/usr/bin/env node
// Written for any Node: one that is too old for vsms hands over to the one that came with the package.
const { spawn } = require('node:child_process');
const { dirname, join } = require('node:path');

const main = join(__dirname, '../src/cli/main.cjs');
const [major, minor] = process.versions.node.split('.').map(Number);

const own = () => {
  try {
    return join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin/node');
  } catch {
    console.error(`vsms: Node ${process.versions.node} is too old. Install Node 24.15 or later.`);
    process.exit(2);
  }
};

if (major > 24 || (major === 24 && minor >= 15)) require(main);
else {
  const child = spawn(own(), [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends its signals to both; a service manager only to this one.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}
