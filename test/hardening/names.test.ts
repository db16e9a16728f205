import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { WsmanClient } from '../../src/client/client.ts';
import { MethodError } from '../../src/client/method-error.ts';
import { textOf } from '../../src/client/object.ts';
import { Bench, SERVICE } from '../crash/crash-case.ts';
import { machineProcesses, tree } from '../crash/left-overs.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { killEach } from '../kit/kill-each.ts';
import { Service } from '../kit/service.ts';

/** A part of each that must be found nowhere but in answers to clients. */
const MARK = 'mark7f3';

const GOOD: readonly string[] = [
  `"${MARK}"`,
  `'${MARK}'`,
  `it's ${MARK}`,
  `${MARK},readonly=on`,
  `${MARK},,file=/etc/shadow`,
  `-${MARK}`,
  `--drive file=/etc/shadow,${MARK}`,
  `$(touch /tmp/${MARK})`,
  `\`touch /tmp/${MARK}\``,
  `; touch /tmp/${MARK} #`,
  `<script>alert("${MARK}")</script>`,
  `]]>&amp;<!--${MARK}`,
  `%s%n${MARK}`,
  `../../${MARK}`,
  `C:\\${MARK}\\x`,
  `{"execute":"quit","${MARK}":1}`,
  `${MARK} 🐧 名前`,
  `${MARK} \u202egnp.exe`,
  `${MARK} \u05e9\u05dc\u05d5\u05dd`,
  `  ${MARK} spaces  `,
  `${MARK}%_[a-z]^`,
];

/** Control characters and line breaks: no name (W-042; logs and QMP lines would be split). */
const BAD: readonly string[] = [
  `a\n${MARK}`,
  `a\r\n${MARK}`,
  `a\t${MARK}`,
  `\u001b[31m${MARK}`,
  `\u009b31m${MARK}`,
  `a\u0000${MARK}`,
  `a\u007f${MARK}`,
  `a\ud800${MARK}`,
  'x'.repeat(101),
];

/** As MOF, whose escapes carry what XML cannot. */
const mof = (name: string, id: string | null): string => {
  const text = [...name]
    .map((letter) => {
      const code = letter.codePointAt(0) ?? 0;
      return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0xd800 && code < 0xe000)
        ? `\\x${code.toString(16).padStart(4, '0')}`
        : letter;
    })
    .join('');
  const instance = id === null ? '' : ` InstanceID = "Microsoft:${id}";`;
  return `instance of Msvm_VirtualSystemSettingData { ElementName = "${text}";${instance} };`;
};

const wql = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const found = async (client: WsmanClient, name: string): Promise<readonly string[]> => {
  const ids: string[] = [];
  const query = `SELECT Name, ElementName FROM Msvm_ComputerSystem WHERE ElementName = ${wql(name)}`;
  for await (const object of client.query(query)) {
    assert.equal(object.properties['ElementName'], name);
    ids.push(textOf(object.properties['Name']) ?? '');
  }
  return ids;
};

describe('15 names (VM, notes) reach no shell, no option parser, no log line', () => {
  let directory = '';
  let service: Service;
  let bench: Bench;
  before(async () => {
    const image = await nanoImage();
    directory = await mkdtemp(join(tmpdir(), 'vsms-n-'));
    const disk = join(directory, 'disk.raw');
    await copyFile(image, disk);
    service = await Service.start({
      hypervisor: 'qemu',
      dataDirectory: directory,
      environment: { VSMS_LOG_LEVEL: 'debug' },
    });
    bench = new Bench(service, disk);
  });
  after(async () => {
    bench.close();
    await service[Symbol.asyncDispose]();
    killEach((await machineProcesses(directory)).map(({ pid }) => pid));
    await rm(directory, { recursive: true, force: true });
  });

  test('any printable name: defined, found by WQL, kept over a restart', async () => {
    const ids = new Map<string, string>();
    for (const name of GOOD) ids.set(name, await bench.define(1, [], name));
    for (const [name, id] of ids) assert.deepEqual(await found(bench.client, name), [id], name);
    bench.close();
    await service.stop();
    await service.run();
    bench = new Bench(service, bench.disk);
    for (const [name, id] of ids) {
      assert.deepEqual(await found(bench.client, name), [id], name);
      await bench.destroy(id);
    }
  });

  test('a machine of such a name and such notes starts; nothing of it is in any command line or file name', async () => {
    const id = await bench.create();
    for (const name of GOOD) {
      await bench.modify(id, { ElementName: name, Notes: [name] });
      await bench.request(id, 2);
      const processes = await machineProcesses(directory);
      assert.ok(processes.length > 0);
      for (const { words } of processes) assert.ok(!words.join('\n').includes(MARK), `${name}: ${words.join(' ')}`);
      const files = await tree(directory);
      assert.ok(!files.some((file) => file.includes(MARK)), name);
      await bench.request(id, 3);
    }
    assert.ok(!(await tree('/tmp').catch(() => [])).some((file) => file === MARK));
    await bench.destroy(id);
  });

  test('control characters, halves of characters and long names are refused with a reason', async () => {
    const id = await bench.define(1, [], 'kept');
    for (const name of BAD) {
      for (const [method, target] of [
        ['DefineSystem', null],
        ['ModifySystemSettings', id],
      ] as const) {
        const error = await bench.client.run(SERVICE, method, { SystemSettings: mof(name, target) }).then(
          () => assert.fail(`${JSON.stringify(name)} was taken`),
          (failure: unknown) => failure,
        );
        assert.ok(error instanceof Error && error.message.length > 10, JSON.stringify(name));
        if (error instanceof MethodError) assert.ok(error.returnValue >= 32768 || error.returnValue === 5);
      }
    }
    assert.equal((await bench.states()).size, 1);
    assert.deepEqual(await found(bench.client, 'kept'), [id]);
    await bench.destroy(id);
  });

  test('no log line is broken, coloured or longer than it should be', async () => {
    // Errors that quote what a client wrote are logged too.
    const id = await bench.create(GOOD[2]);
    await bench.add(id, ['\u001b[31m<INSTANCE']).catch(() => undefined);
    await bench.destroy(id);
    const logs = [service.output];
    for (const file of await tree(join(directory, 'run')))
      logs.push(await readFile(join(directory, 'run', file), 'utf8').catch(() => ''));
    for (const log of logs) {
      // oxlint-disable-next-line no-control-regex -- they are what is looked for
      assert.doesNotMatch(log, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/);
      for (const line of log.split('\n')) assert.ok(line.length < 20_000, line.slice(0, 200));
    }
    for (const line of service.output.split('\n').filter((text) => text.startsWith('{'))) JSON.parse(line);
  });
});
