import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
/** Where the page puts everything. */
const PLACE = '/tmp/vsms-move';

/** The ```sh blocks of the page; before those about a dead host, one is made. */
async function commands(): Promise<string> {
  const page = await readFile(join(ROOT, 'docs/moving-from-hyper-v.md'), 'utf8');
  const parts = page.split('## A host that does not start any more');
  assert.equal(parts.length, 2);
  const blocks = parts.map((part) => [...part.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? ''));
  assert.ok(blocks.flat().length >= 7, `${blocks.flat().length} blocks`);
  const dead = `script/node test/kit/dead-host.ts ${PLACE}/exports/web1 ${PLACE}/dead\n`;
  return [...(blocks[0] ?? []), dead, ...(blocks[1] ?? [])].join('');
}

function processes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
        return pid !== process.pid && (words.includes(`${PLACE}/`) || environment.includes(`VSMS_DATA_DIR=${PLACE}`));
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
  await rm(PLACE, { recursive: true, force: true });
}

test('the page on moving machines runs exactly as printed', async () => {
  const script = await commands();
  await removeLeftovers();
  const home = await mkdtemp(join(tmpdir(), 'vsms-home-'));
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(VSMS_|XDG_|NODE_)/.test(name) && !['HOME', 'PATH'].includes(name),
  );
  const path = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'));
  try {
    const child = spawn('bash', ['-c', `set -euo pipefail\n${script}`], {
      cwd: ROOT,
      env: { ...Object.fromEntries(kept), HOME: home, PATH: path.join(':'), VSMS_CONFIG: join(home, 'vsms.toml') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    assert.equal(code, 0, `${said}\n--- stderr\n${errors}`);

    const guid = '[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}';
    const expected = [
      `^web1 ${guid}$`,
      `^web1 is exported to ${PLACE}/exports$`,
      String.raw`Virtual Hard Disks\\gen1\.vhdx`,
      '^web1 is deleted',
      '^PLAN +GENERATION',
      String.raw`^IDE 0:0 .*vhdx +${PLACE}/exports/web1/Virtual Hard Disks/gen1\.vhdx$`,
      `^The plan is ${guid}:`,
      `^web1 +off +${guid}$`,
      '^Nothing stands in the way',
      `^web1 ${guid}$`,
      'VSMS-READY .*disks=sda',
      '^Off$',
      `^web1 ${guid}$`,
      `^web1 +${guid} +${PLACE}/dead/VMs/web1/`,
      '^will be mended: "LAN" becomes "Default Switch"$',
      `^web1 ${guid}$`,
      'VSMS-READY .*disks=sda',
      '^web1 is deleted',
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
    for (let i = 0; i < 2400 && processes().length > 0; i++) await sleep(50);
    assert.deepEqual(processes(), [], 'nothing is left running');
  } finally {
    await removeLeftovers();
    await rm(home, { recursive: true, force: true });
  }
});
