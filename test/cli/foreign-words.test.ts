import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CMDLETS } from '../../src/cli/words/cmdlets.ts';
import { allCommands, commandAt, FOREIGN, perhaps } from '../../src/cli/words/foreign-words.ts';
import { Service } from '../kit/service.ts';
import { local, type Outcome, vsms } from './kit.ts';

test('what a foreign word may mean are commands that there are, and it is none itself where it is typed', async () => {
  const program = await allCommands();
  for (const [word, paths] of Object.entries(FOREIGN)) {
    assert.equal(commandAt(program, word), undefined, word);
    for (const path of paths) assert.notEqual(commandAt(program, path)?.description() ?? '', '', `${word}: ${path}`);
  }
});

test('words of virsh lead to the command that the table of docs/commands-elsewhere.md has beside them', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/commands-elsewhere.md'), 'utf8');
  const program = await allCommands();
  const rows = [...page.matchAll(/^\| `vsms ([^`]+)` \| [^|]*\| ([^|]*)\|/gm)];
  let asked = 0;
  for (const [, text = '', virsh = ''] of rows) {
    const path = text
      .split(' ')
      .filter((word) => /^[a-z]/.test(word))
      .join(' ');
    for (const [, word = ''] of virsh.matchAll(/`([\w-]+)(?: [^`]*)?`/g)) {
      // Those that are commands here too are run, not guessed at.
      if (commandAt(program, word) !== undefined || word === 'qemu-img') continue;
      asked += 1;
      const lines = await perhaps([word, 'web']);
      assert.ok(
        lines.some((line) => line.startsWith(`Perhaps vsms ${path}: `)),
        `${word}: ${lines.join('; ')}`,
      );
    }
  }
  assert.ok(asked > 25, String(asked));
});

test('a word that nobody knows is told with what it may mean, above the guess by spelling; exit code 2', async () => {
  const told = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await vsms({ VSMS_DATA_DIR: '/nonexistent' }, ...words);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    return stderr.trimEnd();
  };
  assert.equal(
    await told('destroy', 'web'),
    "error: unknown command 'destroy'\nPerhaps vsms vm stop: turn off at once\nPerhaps vsms vm delete: delete the machine; its disks are kept",
  );
  assert.match(await told('user', 'add', 'web'), /^Perhaps vsms user set: /m);
  assert.match(await told('switch', 'new', 'web'), /^Perhaps vsms switch create: /m);
  assert.match(await told('disk', 'remove', 'web'), /^Perhaps vsms disk detach: /m);
  assert.match(await told('vm', 'snapshot', 'web'), /^Perhaps vsms checkpoint create: /m);
  assert.match(await told('checkpoint', 'fork', 'web', 'before'), /^Perhaps vsms fork: /m);
  assert.match(await told('vm', 'import', 'web.vmcx'), /^Perhaps vsms import: /m);
  assert.match(await told('stop', 'web'), /^Perhaps vsms vm shutdown: .*\nPerhaps vsms vm stop: /m);
  assert.match(await told('start', 'web'), /^Perhaps vsms vm start: /m);
  assert.match(await told('list'), /^Perhaps vsms vm list: .*\n(?:.*\n)*Perhaps vsms switch list: /m);
  assert.doesNotMatch(await told('vm', 'snap', 'web'), /Did you mean/);
  assert.match(await told('vm', 'lst'), /Did you mean .*list/);
  assert.match(await told('vm', 'list', '--outptu', 'json'), /Did you mean --output\?/);
  assert.equal(await told('constructor'), "error: unknown command 'constructor'");
});

test('a slip of the fingers leads to what was meant: ours and words of others, of any noun, are held against it alike', async () => {
  const lines = async (text: string): Promise<string> => (await perhaps(text.split(' '))).join('\n');
  assert.match(await lines('vm destry web'), /^Perhaps vsms vm stop: .*\nPerhaps vsms vm delete: [^\n]*$/);
  assert.match(await lines('vm dstroy web'), /^Perhaps vsms vm stop: /);
  assert.equal(await lines('vm delte web'), '(Did you mean delete?)');
  assert.equal(await lines('vm shutdwon web'), '(Did you mean shutdown?)');
  assert.equal(await lines('vms list'), '(Did you mean vm?)');
  assert.equal(await lines('get-vms'), '(Did you mean get-vm?)');
  assert.match(await lines('strat web'), /^Perhaps vsms vm start: /);
  assert.match(await lines('vm kil web'), /^Perhaps vsms vm stop: /);
  assert.match(await lines('snapshto web'), /^Perhaps vsms checkpoint create: /);
  // What the word means of this noun, and not what it means of a machine.
  assert.match(await lines('switch destroy lab'), /^Perhaps vsms switch delete: [^\n]*$/);
  assert.match(await lines('checkpoint destry web one'), /^Perhaps vsms checkpoint delete: [^\n]*$/);
  assert.match(await lines('disk info web.vhdx'), /^Perhaps vsms disk inspect: [^\n]*$/);
  assert.match(await lines('token delete x'), /^Perhaps vsms token remove: [^\n]*$/);
  assert.equal(await lines('vm xyzzy web'), '');
});

test('cmdlets of the table of docs/commands-elsewhere.md are run, or answered', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/commands-elsewhere.md'), 'utf8');
  // Not of Hyper-V's module.
  const others = new Set(['copy-item', 'get-ciminstance']);
  let asked = 0;
  for (const [, , text = ''] of page.matchAll(/^\| `vsms ([^`]+)` \| ([^|]*)\|/gm))
    for (const [cmdlet] of text.matchAll(/\b[A-Z][a-z]+-[A-Z]\w+/g)) {
      const name = cmdlet.toLowerCase();
      if (others.has(name) || Object.hasOwn(CMDLETS, name)) continue;
      asked += 1;
      assert.notDeepEqual(await perhaps([name, 'web']), [], cmdlet);
    }
  assert.ok(asked > 1, String(asked));
});

describe('spellings of other command lines', () => {
  let service: Service;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    await ok('vm', 'create', 'web', '--no-secure-boot');
  });
  after(() => service[Symbol.asyncDispose]());

  const cli = (...args: readonly string[]): Promise<Outcome> => vsms(local(service), ...args);
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout.trimEnd();
  };

  test('ls, --all, --format json and --json are list and -o json', async () => {
    const json = await ok('vm', 'list', '-o', 'json');
    assert.match(json, /"name": "web"/);
    assert.equal(await ok('vm', 'ls', '--format', 'json'), json);
    assert.equal(await ok('vm', 'list', '--all', '--json'), json);
    assert.equal(await ok('vm', 'list', '-o', 'name', '--json'), 'web', 'what is said plainly goes before');
    assert.equal(await ok('get-vm', '--format=name'), 'web');
    assert.equal(await ok('Get-VM', 'web', '-o', 'json'), await ok('vm', 'show', 'web', '-o', 'json'));
    assert.equal(await ok('get-vm', '-o', 'name', 'web'), 'web');
    assert.equal((await cli('get-vm', 'nobody')).code, 3);
    assert.equal(await ok('get-vmswitch', 'Default Switch', '-o', 'name'), 'Default Switch');
    const wrong = await cli('vm', 'list', '--format', 'toml');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /Allowed choices are table, wide, json, yaml, csv, name/);
  });

  test('parameters of PowerShell, and a line that is not whole: how the command is written', async () => {
    const restore =
      'Usage: vsms checkpoint apply [options] <vm> <checkpoint>\nvsms checkpoint apply --help lists its options.\n';
    // Commander reads -VMName as -V, tells the version, and ends with 0.
    const named = await cli('Restore-VMSnapshot', '-VMName', 'web', '-Name', 'first');
    const other = 'is a parameter of PowerShell; options are written otherwise here\n';
    assert.deepEqual(named, { code: 2, stdout: '', stderr: `error: '-VMName' ${other}${restore}` });
    // Also behind an option: it would be its value, or the version.
    for (const words of [
      ['Add-VMDvdDrive', '-VMName', 'web'],
      ['Get-VM', '--json', '-VMName', 'web'],
    ]) {
      const { code, stdout, stderr } = await cli(...words);
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
      assert.match(stderr, /'-VMName' is a parameter of PowerShell/);
    }
    const show = 'Usage: vsms vm show [options] <vm>\nvsms vm show --help lists its options.\n';
    assert.deepEqual(await cli('vm', 'show'), {
      code: 2,
      stdout: '',
      stderr: `error: missing required argument 'vm'\n${show}`,
    });
    assert.equal((await cli('vm', 'show', '-name', 'web')).stderr, `error: unknown option '-name'\n${show}`);
    assert.equal(await ok('vm', 'set', 'web', '--notes', '-Name'), 'web is changed.');
  });

  test('stop --force and --turn-off, shutdown --turn-off: off at once; restart --force: reset', async () => {
    for (const words of [
      ['vm', 'stop', 'web', '--force'],
      ['vm', 'stop', 'web', '--turn-off'],
      ['vm', 'shutdown', 'web', '--turn-off'],
      ['stop-vm', 'web', '--turn-off'],
    ]) {
      await ok('vm', 'start', 'web');
      assert.equal(await ok('vm', 'restart', 'web', '--force'), 'Running');
      assert.equal(await ok(...words), 'Off');
    }
    const done = JSON.parse(await ok('job', 'list', '-o', 'json')) as readonly { readonly caption: string }[];
    const kinds = done.map(({ caption }) => caption).join('\n');
    assert.match(kinds, /reset/i);
    assert.doesNotMatch(kinds, /shut|reboot/i);
  });

  test('rm and --yes delete; a running machine only by --force, and what is saved too', async () => {
    await ok('checkpoint', 'create', 'web', 'one');
    await ok('checkpoint', 'rm', 'web', 'one', '--yes');
    await ok('vm', 'start', 'web');
    assert.equal((await cli('vm', 'rm', 'web', '--yes')).code, 5);
    assert.equal(await ok('vm', 'rm', 'web', '--force', '-y'), 'web is deleted; its disks are kept.');
    await ok('vm', 'create', 'saved', '--no-secure-boot');
    await ok('vm', 'start', 'saved');
    await ok('vm', 'save', 'saved');
    await ok('vm', 'delete', 'saved', '--force');
    assert.equal(await ok('vm', 'list', '-o', 'name'), '');
  });
});
