import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
/** Where the tour puts everything; it is printed so in the README. */
const TOUR = '/tmp/vsms-tour';

/** The ```sh blocks of the README's tour, in order. */
async function tour(): Promise<string> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const section = /^## Five-minute tour\n([\s\S]*?)(?=^## )/m.exec(readme)?.[1] ?? assert.fail('README has a tour');
  const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  assert.ok(blocks.length >= 7, `${blocks.length} blocks`);
  return blocks.join('');
}

/** With its words, for whoever has to find out why it is still there. */
const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return 'gone by now';
  }
};

/** Processes that live in the tour's directory: its service, guests, and their helpers. */
function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        const cwd = readlinkSync(`/proc/${pid}/cwd`);
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
        return (
          pid !== process.pid &&
          (words.includes(`${TOUR}/`) || cwd.startsWith(TOUR) || environment.includes(`VSMS_DATA_DIR=${TOUR}`))
        );
      } catch {
        // It ended meanwhile, or is somebody else's.
        return false;
      }
    });
}

async function removeLeftovers(): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of processes()) {
      try {
        process.kill(pid, signal);
      } catch {
        // Ended by itself.
      }
    }
    for (let i = 0; i < 2400 && processes().length > 0; i++) await sleep(50);
  }
  await rm(TOUR, { recursive: true, force: true });
}

/** The environment of somebody who has just logged in: no settings of ours, a home of their own. */
function freshEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VSMS_|XDG_|NODE_)/.test(name) && !['HOME', 'PATH'].includes(name),
  );
  const path = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(kept), HOME: home, PATH: path.join(':'), VSMS_CONFIG: join(home, 'vsms.toml') };
}

test('the tour of the README runs exactly as printed', async () => {
  const commands = await tour();
  await removeLeftovers();
  const home = await mkdtemp(join(tmpdir(), 'vsms-home-'));
  try {
    const child = spawn('bash', ['-c', `set -euo pipefail\n${commands}`], {
      cwd: ROOT,
      env: freshEnvironment(home),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0, `${said}\n--- stderr\n${errors}`);

    // What a reader of the README sees, in this order.
    const guid = '[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}';
    const expected = [
      String.raw`vsms listens on http://127\.0\.0\.1:5985 and https://127\.0\.0\.1:5986 \(qemu \d+\.\d+\.\d+, (kvm|tcg)\)$`,
      String.raw`drives/c/tour/gen1\.vhdx`,
      String.raw`drives/c/tour/gen2\.qcow2`,
      `^gen1 ${guid}$`,
      `^gen2 ${guid}$`,
      String.raw`VSMS-READY .*disks=sda.* efi=0`,
      String.raw`^/tmp/vsms-tour/gen1\.png$`,
      '^Paused$',
      '^Running$',
      '^Saved$',
      String.raw`^gen1 +Saved `,
      String.raw`^gen2 +Off `,
      '^Running$',
      '^Off$',
      String.raw`VSMS-READY .*efi=1 secureboot=1`,
      '^Off$',
      '^ElementName: gen[12]$',
      '^gen1 is deleted',
      '^gen2 is deleted',
    ];
    let at = 0;
    for (const pattern of expected) {
      const found = new RegExp(pattern, 'm').exec(said.slice(at));
      assert.ok(
        found !== null,
        `after what was seen so far there is no /${pattern}/ in:\n${said.slice(at)}\n---\n${errors}`,
      );
      at += found.index + found[0].length;
    }
    assert.match(said, /^ElementName: gen1\nEnabledState: 3$/m);
    assert.match(said, /^ElementName: gen2\nEnabledState: 3$/m);

    const png = await readFile(join(TOUR, 'gen1.png'));
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [640, 480]);
    for (const disk of ['gen1.vhdx', 'gen2.qcow2']) assert.ok(existsSync(join(TOUR, 'drives/c/tour', disk)), disk);
    for (let i = 0; i < 2400 && processes().length > 0; i++) await sleep(50);
    const left = processes().map((pid) => `${pid}: ${commandOf(pid)}`);
    assert.deepEqual(left, [], 'the tour leaves no process behind');
    assert.equal(existsSync(join(TOUR, 'endpoints.json')), false);
  } finally {
    await removeLeftovers();
    await rm(home, { recursive: true, force: true });
  }
});
