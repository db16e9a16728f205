import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Service } from '../kit/service.ts';
import { local, type Outcome, vsms } from './kit.ts';

/** Runs a program on a terminal of its own, and prints what that shows. */
const ON_A_TERMINAL = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
while True:
    try: told = os.read(terminal, 65536)
    except OSError: break
    if not told: break
    sys.stdout.buffer.write(told)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

describe('vsms vm create and vm set: with --dry-run, and when a part is refused', () => {
  let service: Service;
  let image: string;
  const say = (...words: readonly string[]): Promise<Outcome> => vsms(local(service), ...words);
  const out = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await say(...words);
    assert.equal(code, 0, `${words.join(' ')}: ${stdout}${stderr}`);
    return stdout.trimEnd();
  };
  const nothingIsThere = async (): Promise<void> => {
    for (const list of ['vm', 'plan']) assert.equal(await out(list, 'list', '-o', 'name'), '');
  };
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    image = join(service.dataDirectory, 'disks/cloud.vhdx');
    await out('disk', 'create', image, '--size', '20M');
  });
  after(() => service[Symbol.asyncDispose]());

  test('vm create --dry-run tells the machine and what the service says of it; nothing is made', async () => {
    const wanted = ['vm', 'create', 'web', '--memory', '2G', '--switch', 'Default Switch', '--image', image];
    const told = await out(...wanted, '--size', '30M', '--dry-run');
    const copy = join(service.dataDirectory, 'disks/web.vhdx');
    for (const line of ['web is new', '  + memory: 2048', `  + disks: ${copy}`, '  + networks[0]: Default Switch'])
      assert.ok(told.split('\n').includes(line), `${line}: ${told}`);
    assert.doesNotMatch(told, /REFUSED|BLOCKS/);
    assert.equal(existsSync(copy), false);
    const [facts] = JSON.parse(await out(...wanted, '--dry-run', '-o', 'json')) as [Record<string, unknown>];
    assert.deepEqual([facts['name'], facts['new'], facts['refused'], facts['findings']], ['web', true, null, []]);
    await nothingIsThere();
    for (const [words, code, said] of [
      [['--memory', '513M', '--generation', '2'], 2, /^ {2}REFUSED .*513/m],
      [['--switch', 'nowhere'], 2, /^ {2}REFUSED .*no virtual switch "nowhere"/m],
      [['--disk', join(service.dataDirectory, 'disks/none.vhdx')], 7, /^ {2}BLOCKS 90003 .*none\.vhdx/m],
      [['--image', join(service.dataDirectory, 'disks/none.vhdx')], 2, /^ {2}REFUSED .*none\.vhdx/m],
    ] as const) {
      const refused = await say('vm', 'create', 'web', ...words, '--dry-run');
      assert.match(refused.stdout + refused.stderr, said);
      assert.doesNotMatch(refused.stdout, /plan fix/, 'the plan that was looked at is gone');
      assert.equal(refused.code, code, words.join(' '));
    }
    // A disk of its name, which no copy replaces.
    const taken = await say('vm', 'create', 'cloud', '--image', image, '--dry-run');
    assert.match(taken.stdout, /^ {2}REFUSED .*cloud\.vhdx is there already/m);
    await nothingIsThere();
  });

  test('vm set --dry-run tells what would change and what would be refused; nothing is changed', async () => {
    const made: unknown = JSON.parse(
      await out('vm', 'create', 'kept', '--memory', '512', '--disk', image, '-o', 'json'),
    );
    const id = (await out('wql', "SELECT Name FROM Msvm_ComputerSystem WHERE ElementName = 'kept'")).replace(
      'Name: ',
      '',
    );
    assert.deepEqual(made, { name: 'kept', id: id.trim() });
    assert.deepEqual(JSON.parse(await out('vm', 'set', 'kept', '--notes', '', '-o', 'json')), made);
    const before = await out('vm', 'manifest', 'kept');
    const told = await out(
      ...['vm', 'set', 'kept', '--name', 'other', '--processors', '4', '--minimum-memory', '256'],
      ...['--stop', 'shutdown', '--checkpoints', 'standard', '--dry-run'],
    );
    for (const line of [
      'kept',
      '  - name: kept',
      '  + name: other',
      '  + processors: 4',
      '  + memory.minimum: 256',
      '  + memory.dynamic: true',
      '  + automaticStop: shutdown',
      '  + checkpoints: standard',
    ])
      assert.ok(told.split('\n').includes(line), `${line}: ${told}`);
    assert.doesNotMatch(told, /REFUSED|BLOCKS|\+ memory:/);
    const refused = await say('vm', 'set', 'kept', '--processors', '100000', '--dry-run');
    assert.match(refused.stdout, /^ {2}REFUSED .*100000/m);
    assert.equal(refused.code, 2);
    assert.equal(await out('vm', 'manifest', 'kept'), before);
    assert.equal(await out('plan', 'list', '-o', 'name'), '');
  });

  test('vm set changes all that is named or nothing', async () => {
    const before = await out('vm', 'manifest', 'kept');
    const refused = await say(
      ...['vm', 'set', 'kept', '--memory', '768', '--processors', '2'],
      ...['--notes', 'x'.repeat(40_000)],
    );
    assert.equal(refused.code, 2, refused.stdout);
    assert.match(refused.stderr, /Notes/);
    assert.equal(await out('vm', 'manifest', 'kept'), before);
  });

  test('on a terminal a state that is waited for has a bar; a pipe gets the state alone', async () => {
    const { stdout } = await promisify(execFile)(
      'python3',
      ['-c', ON_A_TERMINAL, process.execPath, MAIN, 'vm', 'start', 'kept'],
      { env: { ...process.env, ...local(service), VSMS_CONFIG: '/nonexistent/vsms.toml' } },
    );
    assert.match(stdout, /\rStarting kept \[[#.]{30}\] +\d+ %/);
    assert.match(stdout, /\r {20,}\rRunning\r\n$/);
    const piped = await say('vm', 'save', 'kept');
    assert.deepEqual([piped.code, piped.stdout, piped.stderr], [0, 'Saved\n', '']);
  });

  test('cim invoke takes arguments as NAME=VALUE, as cim get takes keys', async () => {
    const service = ['cim', 'invoke', 'Msvm_ImageManagementService', 'GetVirtualHardDiskState'];
    const bare = await out(...service, `Path=${image}`);
    assert.match(bare, /^State: .*Msvm_VirtualHardDiskState/m);
    assert.equal(await out(...service, '--arg', `Path=${image}`), bare);
    const wrong = await say(...service, image.replaceAll('=', ''));
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /is not NAME=VALUE/);
  });
});
