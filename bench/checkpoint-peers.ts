import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { nanoImage } from '../test/guests/guest-images.ts';
import { WireHost } from '../test/kit/wire-host.ts';
import { WireSnapshots } from '../test/kit/wire-snapshots.ts';
import { header, report, spread } from './kit/figures.ts';
import { RunningGuest } from './kit/running-guest.ts';
import { libvirtPeer } from './peers/libvirt.ts';

const run = promisify(execFile);
const ROUNDS = 8;
const MEMORY_MB = 256;
const REST_MS = 100;

/** The same guest with the same memory under libvirt: checkpoints with memory, and back to one, in turn with ours. */
export async function checkpointPeers(): Promise<void> {
  header('Checkpoints beside libvirt (nano guest, 256 MiB, TCG)');
  const peer = await libvirtPeer();
  if (peer === null) {
    console.log('libvirt is not installed or does not answer: nothing to compare with.');
    return;
  }
  const directory = await mkdtemp(join(tmpdir(), 'vsms-bench-'));
  try {
    await chmod(directory, 0o777);
    const disk = join(directory, 'nano.qcow2');
    await run('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', await nanoImage(), disk]);
    await using host = await WireHost.open('qemu');
    using guest = await RunningGuest.start(host, 'vm', MEMORY_MB);
    await using theirs = peer.checkpoints(disk, directory, MEMORY_MB);
    const create = { ours: [] as number[], rest: [] as number[], internal: [] as number[], external: [] as number[] };
    // The first round of each warms code and page cache.
    for (let round = 0; round <= ROUNDS; round++) {
      const internal = await theirs.take('internal');
      await sleep(REST_MS);
      const ours = await guest.checkpoint();
      await sleep(REST_MS);
      const rest = await guest.checkpointByRest();
      await sleep(REST_MS);
      if (round === 0) continue;
      create.internal.push(internal);
      create.ours.push(ours);
      create.rest.push(rest);
    }
    const snapshot = (await new WireSnapshots(host).list(guest.id))[0] ?? '';
    const back = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round <= ROUNDS; round++) {
      const reverted = await theirs.take('revert');
      await guest.turnOff();
      const ours = await guest.apply(snapshot);
      if (round === 0) continue;
      back.theirs.push(reverted);
      back.ours.push(ours);
    }
    // Last: libvirt goes back to no checkpoint when there are external ones above it.
    for (let round = 0; round < ROUNDS; round++) create.external.push(await theirs.take('external'));
    const figure = (what: string, ours: readonly number[], other: string, value: readonly number[]): void =>
      report({
        what,
        unit: 'ms',
        ours: spread(ours),
        beside: { what: other, value: spread(value) },
        goal: { atMost: 1 },
      });
    figure('create with memory', create.ours, 'libvirt, internal', create.internal);
    figure('create with memory', create.ours, 'libvirt, external, live', create.external);
    figure('create with memory, by REST', create.rest, 'libvirt, internal', create.internal);
    figure('create with memory, by REST', create.rest, 'libvirt, external, live', create.external);
    figure('from off back to it, to an answer', back.ours, 'libvirt, internal', back.theirs);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
