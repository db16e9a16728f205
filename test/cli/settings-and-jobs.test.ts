import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Service } from '../kit/service.ts';
import { local, vsms } from './kit.ts';

const run = promisify(execFile);

describe('vsms vm set, vm type, job, completion, cmdlets', () => {
  test('what is not named stays as it is; what cannot be is refused in words', async () => {
    await using service = await Service.start({ hypervisor: 'simulated' });
    const say = (...words: readonly string[]) => vsms(local(service), ...words);
    const made = await say('vm', 'create', 'web', '--generation', '1', '--memory', '512', '--notes', 'first');
    const id = made.stdout.trim().split(' ')[1] ?? assert.fail(made.stderr);
    const set = await say('vm', 'set', 'web', '--memory', '1024', '--processors', '2', '--stop', 'shutdown');
    assert.equal(set.code, 0, set.stderr);
    assert.equal(set.stdout, 'web is changed.\n');
    const settings = async (className: string): Promise<Record<string, unknown>> => {
      const query = `SELECT * FROM ${className} WHERE InstanceID LIKE 'Microsoft:${id}%'`;
      const [found] = JSON.parse((await say('wql', query, '-o', 'json')).stdout) as [
        { properties: Record<string, unknown> },
      ];
      return found.properties;
    };
    assert.equal(String((await settings('Msvm_ProcessorSettingData'))['VirtualQuantity']), '2');
    const memory = await settings('Msvm_MemorySettingData');
    assert.equal(String(memory['VirtualQuantity']), '1024');
    assert.equal(String(memory['DynamicMemoryEnabled']), 'false');
    const dynamic = await say('vm', 'set', 'web', '--minimum-memory', '256', '--maximum-memory', '2048');
    assert.equal(dynamic.code, 0, dynamic.stderr);
    assert.equal(String((await settings('Msvm_MemorySettingData'))['DynamicMemoryEnabled']), 'true');
    // Units, as fingers have them from other command lines.
    for (const [typed, megabytes] of [
      ['2G', 2048],
      ['1536MB', 1536],
      ['1.5 GiB', 1536],
      ['1048576k', 1024],
    ] as const) {
      assert.equal((await say('vm', 'set', 'web', '--memory', typed)).code, 0, typed);
      assert.equal(String((await settings('Msvm_MemorySettingData'))['VirtualQuantity']), String(megabytes), typed);
    }
    for (const typed of ['lots', '1.5', '1.5K', '4294967296', '-1', '']) {
      const none = await say('vm', 'set', 'web', '--memory', typed);
      assert.equal(none.code, 2, typed);
      assert.match(none.stderr, /--memory is a whole number of MB like 2048, or a size like 4G/, typed);
    }
    const system = await settings('Msvm_VirtualSystemSettingData');
    assert.equal(String(system['AutomaticShutdownAction']), '4');
    assert.match(String(system['Notes']), /first/);

    const kept = await say('vm', 'set', 'web', '--checkpoints', 'production-only', '--automatic-checkpoints');
    assert.equal(kept.code, 0, kept.stderr);
    const now = await settings('Msvm_VirtualSystemSettingData');
    assert.deepEqual([now['UserSnapshotType'], now['AutomaticSnapshotsEnabled']].map(String), ['4', 'true']);
    assert.match(
      (await say('vm', 'set', 'web', '--checkpoints', 'off')).stderr,
      /production, production-only, standard/,
    );
    assert.equal((await say('vm', 'set', 'web', '--no-automatic-checkpoints')).code, 0);
    assert.equal(String((await settings('Msvm_VirtualSystemSettingData'))['AutomaticSnapshotsEnabled']), 'false');

    assert.equal((await say('vm', 'set', 'web')).code, 2);
    const wrong = await say('vm', 'set', 'web', '--start', 'always');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /nothing, start-if-running, start/);
    assert.equal((await say('vm', 'set', 'nobody', '--memory', '512')).code, 3);
    assert.equal((await say('vm', 'set', 'web', '--memory', '999999999')).code, 2);

    assert.equal((await say('vm', 'set', 'web', '--name', 'my web')).stdout, 'my web is changed.\n');

    const nothing = await say('vm', 'type', 'my web');
    assert.deepEqual([nothing.code, /Say what to type/.test(nothing.stderr)], [2, true]);
    const off = await say('vm', 'type', 'my web', 'root');
    assert.equal(off.code, 5, off.stderr);
    assert.match(off.stderr, /does not run/);
    assert.equal((await say('start-vm', 'my web')).code, 0);
    assert.equal((await say('vm', 'type', 'my web', 'root', '--enter')).code, 0);
    assert.match((await say('Get-VM', '-o', 'name')).stdout, /my web/);

    const jobs = JSON.parse((await say('job', 'list', '-o', 'json')).stdout) as { id: string; state: string }[];
    const [last] = jobs;
    assert.ok(last !== undefined && jobs.every(({ state }) => state === 'Completed'));
    assert.equal((await say('job', 'list', '--running', '-o', 'name')).stdout.trim(), '');
    assert.equal((await say('job', 'wait', last.id)).stdout, 'Completed\n');
    assert.equal((await say('job', 'cancel', last.id)).stdout, 'Completed\n');
    assert.match((await say('job', 'show', last.id)).stdout, /Completed/);
    assert.equal((await say('job', 'show', 'none')).code, 3);

    // As a shell asks: the word that is being typed comes last.
    const next = async (...words: readonly string[]): Promise<readonly string[]> =>
      (await say('__complete', '--', ...words)).stdout.split('\n').filter((line) => line !== '');
    assert.deepEqual(await next('checkp'), ['checkpoint']);
    assert.ok((await next('vm', '')).includes('set'));
    assert.ok((await next('vm', 'set', '--mem')).includes('--memory'));
    assert.deepEqual(await next('vm', 'start', 'my'), ['my web']);
    assert.deepEqual(await next('vm', 'start', 'my web', ''), []);
    assert.deepEqual(await next('start-vm', 'my'), ['my web']);
    assert.deepEqual(await next('nic', 'connect', 'my web', 'Def'), ['Default Switch']);
    assert.equal((await say('checkpoint', 'create', 'my web', 'first one')).code, 0);
    assert.deepEqual(await next('checkpoint', 'delete', 'my web', ''), ['first one']);
    assert.ok((await next('job', 'show', '')).length > 1);
    assert.deepEqual(await next('token', 'remove', ''), []);
    assert.deepEqual(await next('vm', 'show', '-o', 'json', 'my'), ['my web'], 'a value is no argument');
    assert.deepEqual(await next('vm', 'show', '--output=json', '--watch', 'my'), ['my web']);
    assert.deepEqual(await next('vm', 'show', '-o', 'js'), ['json']);
    assert.deepEqual(await next('vm', 'show', '--output=js'), ['--output=json']);
    assert.deepEqual(await next('vm', 'show', '--password', ''), []);
    assert.deepEqual(await next('vm', 'create', 'new', '--switch', 'Def'), ['Default Switch']);
    assert.deepEqual(await next('get-vm', 'my'), ['my web']);
    const { http } = JSON.parse(await readFile(join(service.dataDirectory, 'endpoints.json'), 'utf8')) as {
      readonly http: string;
    };
    const elsewhere = async (...words: readonly string[]): Promise<string> =>
      (await vsms({ VSMS_DATA_DIR: '/nonexistent', VSMS_PASSWORD: service.password }, '__complete', '--', ...words))
        .stdout;
    assert.equal(await elsewhere('vm', 'show', ''), '');
    assert.equal(await elsewhere('vm', 'show', '--host', http, ''), 'my web\n');
    assert.equal(await elsewhere('vm', 'show', `--host=${http}`, 'my'), 'my web\n');

    // A real bash takes the script, and asks us.
    const { stdout: script } = await say('completion', 'bash');
    const file = join(service.dataDirectory, 'completion.sh');
    await writeFile(
      file,
      `vsms() { printf '%s\\n' "$@" >> ${file}.asked; echo start; echo stop; }\n${script}\nCOMP_WORDS=(vsms vm st); COMP_CWORD=2; _vsms 2>/dev/null; printf '%s,' "\${COMPREPLY[@]}"`,
    );
    const { stdout } = await run('bash', [file]);
    assert.equal(stdout, 'start,stop,');
    assert.equal((await say('completion', 'tcsh')).code, 2);
  });
});
