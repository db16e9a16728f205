import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Service } from '../kit/service.ts';
import { local, vsms } from './kit.ts';

const LIMIT_MS = 120_000;

test('vm show: what a machine has, and the addresses that its guest tells, the same by both protocols', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  const wsman = { VSMS_HOST: service.endpoints.http, VSMS_USER: 'admin', VSMS_PASSWORD: service.password };
  const say = async (environment: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await vsms(environment, ...words);
    assert.equal(code, 0, stderr);
    return stdout.trimEnd();
  };
  const here = local(service);
  await say(
    here,
    ...['vm', 'create', 'web', '--generation', '2', '--memory', '512', '--processors', '2', '--no-secure-boot'],
    ...['--switch', 'Default Switch', '--serial', String.raw`\\.\pipe\web`, '--notes', 'first\nsecond'],
  );
  await say(here, 'vm', 'set', 'web', '--minimum-memory', '256', '--maximum-memory', '1024');
  await say(here, 'checkpoint', 'create', 'web', 'one');
  await say(here, 'nic', 'add', 'web', '--name', 'spare');
  await say(here, 'vm', 'start', 'web');
  const details = async (environment: Readonly<Record<string, string>>) => {
    const [shown] = JSON.parse(await say(environment, 'vm', 'show', 'web', '-o', 'json'));
    const { onTimeMs: _, cpuPercent, memoryInUseMb, ...rest } = shown;
    assert.ok(memoryInUseMb > 0 && cpuPercent >= 0);
    return rest;
  };
  for (const end = Date.now() + LIMIT_MS; ; ) {
    const { adapters, guest } = await details(here);
    if (adapters[0].addresses.length > 0 && guest !== '') break;
    assert.ok(Date.now() < end, JSON.stringify(adapters));
  }
  const known = await details(here);
  assert.deepEqual(await details(wsman), known);
  assert.equal(known.state, 'Running');
  assert.equal(known.secureBoot, false);
  assert.equal(known.checkpointCount, 1);
  assert.deepEqual(known.memory, { startup: 512, dynamic: true, minimum: 256, maximum: 1024 });
  const [first, spare] = known.adapters;
  assert.deepEqual([first.name, first.switch, first.vlan], ['Network Adapter', 'Default Switch', null]);
  assert.match(first.mac, /^[0-9A-F]{12}$/);
  assert.deepEqual([spare.name, spare.switch, spare.addresses], ['spare', null, []]);
  const text = await say(here, 'vm', 'show', 'web');
  assert.match(text, /\n2 +2 +512 \(256 to 1024\) +\d+ +\d+ +1 +\\\\\.\\pipe\\web +\S/);
  assert.ok(text.includes(first.addresses[0]), text);
  assert.ok(text.endsWith('NOTES\nfirst\nsecond'), text);
});
