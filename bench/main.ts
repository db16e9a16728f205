import { availableParallelism, cpus, totalmem } from 'node:os';
import { apply } from './apply.ts';
import { chain } from './chain.ts';
import { checkpointPeers } from './checkpoint-peers.ts';
import { checkpoints } from './checkpoints.ts';
import { cimxml } from './cimxml.ts';
import { chainStart } from './chain-start.ts';
import { webConsole } from './console.ts';
import { define } from './define.ts';
import { commandLine, idle, memory, restart } from './host.ts';
import { vmcx } from './hvfile.ts';
import { missedGoals } from './kit/figures.ts';
import { forks } from './forks.ts';
import { images } from './images.ts';
import { login } from './login.ts';
import { lookup, pull, query } from './reads.ts';
import { metrics, summary } from './measuring.ts';
import { merges } from './merges.ts';
import { realize } from './realize.ts';
import { restList } from './rest.ts';
import { repository, simulated } from './simulated.ts';
import { soak } from './soak.ts';
import { soakTests } from './soak-tests.ts';
import { start } from './start.ts';

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  define,
  pull,
  query,
  lookup,
  start,
  memory,
  restart,
  idle,
  repository,
  simulated,
  cli: commandLine,
  chain,
  chainStart,
  vmcx,
  realize,
  login,
  cimxml,
  images,
  checkpoints,
  checkpointPeers,
  apply,
  merges,
  forks,
  summary,
  metrics,
  rest: restList,
  console: webConsole,
};

const wanted = process.argv.slice(2);
if (wanted[0] === '--soak') {
  // Minutes by default, hours on demand (K34): `script/bench --soak 86400`.
  const seconds = Number(wanted[1] ?? 300);
  await soak(seconds);
  await soakTests(seconds);
  process.exit(missedGoals() > 0 ? 1 : 0);
}
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}.`);
  process.exit(2);
}
console.log(
  `# vsms bench: Node ${process.version}, ${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${new Date().toISOString()}`,
);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length === 0 || wanted.includes(name)) await bench();
}
if (missedGoals() > 0) {
  console.log(`\n${missedGoals()} goals were missed.`);
  process.exitCode = 1;
}
