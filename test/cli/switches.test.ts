import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { local, type Outcome, vsms } from './kit.ts';

describe('switches and network adapters, over the wire', () => {
  let service: Service;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
  });
  after(() => service[Symbol.asyncDispose]());

  const cli = (...args: readonly string[]): Promise<Outcome> => vsms(local(service), ...args);
  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await cli(...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout.trimEnd();
  };
  const json = async (...args: readonly string[]): Promise<Record<string, unknown>[]> =>
    JSON.parse(await ok(...args, '-o', 'json')) as Record<string, unknown>[];
  const fails = async (pattern: RegExp, ...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await cli(...args);
    assert.notEqual(code, 0, args.join(' '));
    assert.match(stderr, pattern);
    assert.doesNotMatch(stderr, /\n +at /);
  };

  test('switch create, list, show, adapters, delete', async () => {
    await ok('switch', 'create', 'alone');
    await ok('switch', 'create', 'inside', '--internal', '--notes', 'for tests');
    await ok('switch', 'create', 'outside', '--adapter', 'eth0', '--internal');
    const kinds = (await json('switch', 'list'))
      .filter(({ kind }) => kind !== 'found')
      .map(({ name, kind, adapter, host, notes }) => [name, kind, adapter, host, notes]);
    assert.deepEqual(
      kinds.filter(([name]) => name !== 'Default Switch'),
      [
        ['alone', 'private', null, false, ''],
        ['inside', 'internal', null, true, 'for tests'],
        ['outside', 'external', 'eth0', true, ''],
      ],
    );
    assert.equal(kinds.find(([name]) => name === 'Default Switch')?.[1], 'nat');
    assert.deepEqual(
      (await json('switch', 'adapters')).map(({ name, bound }) => [name, bound]),
      [
        ['eth0', true],
        ['eth1', false],
        ['wlan0', false],
      ],
    );
    assert.match(await ok('switch', 'show', 'outside'), /outside +external +eth0 +yes/);
    await fails(/'outside'/, 'switch', 'create', 'again', '--adapter', 'eth0');
    await fails(/no network adapter "eth9"/, 'switch', 'create', 'again', '--adapter', 'eth9');
    await fails(/always there/, 'switch', 'delete', 'Default Switch');
    await fails(/no virtual switch "none"/, 'switch', 'delete', 'none');
    await ok('switch', 'delete', 'outside');
    assert.equal((await json('switch', 'adapters'))[0]?.['bound'], false);
  });

  test('nic connect, set, disconnect of a running machine', async () => {
    await ok('switch', 'create', 'net');
    await ok('vm', 'create', 'one', '--no-secure-boot');
    assert.match(await ok('nic', 'connect', 'one', 'net'), /Network Adapter is connected to net/);
    await ok(
      'nic',
      'set',
      'one',
      '--mac',
      '00-15-5D-01-02-03',
      '--vlan',
      '42',
      '--limit',
      '10',
      '--mac-spoofing',
      'on',
    );
    await ok('vm', 'start', 'one');
    const nic = async () => {
      const [held] = await json('nic', 'list', 'one');
      return [held?.['mac'], held?.['switch'], held?.['vlan']];
    };
    assert.deepEqual(await nic(), ['00155D010203', 'net', 42]);
    await ok('nic', 'set', 'one', '--vlan', '43', '--dhcp-guard', 'on');
    assert.deepEqual(await nic(), ['00155D010203', 'net', 43]);
    await ok('nic', 'set', 'one', '--vlan', 'none');
    await ok('nic', 'disconnect', 'one');
    assert.deepEqual(await nic(), ['00155D010203', null, null]);
    await ok('nic', 'connect', 'one', 'Default Switch');
    assert.deepEqual(await nic(), ['00155D010203', 'Default Switch', null]);
    await fails(/no virtual switch "x"/, 'nic', 'connect', 'one', 'x');
    await fails(/on or off/, 'nic', 'set', 'one', '--dhcp-guard', 'maybe');
    await fails(/what to set/, 'nic', 'set', 'one');
    await fails(/Say which adapter/, 'nic', 'disconnect', 'one', '--nic', '7');
    await fails(/from 1 to 4094/, 'nic', 'set', 'one', '--vlan', '5000');
  });

  test('nic add and remove, of a running machine too; one that cannot be plugged in is not added', async () => {
    const held = async () =>
      (await json('nic', 'list', 'one')).map((nic) => `${nic['name']}: ${nic['switch']}`).toSorted();
    const first = 'Network Adapter: Default Switch';
    assert.deepEqual(await held(), [first]);
    assert.equal(
      await ok('nic', 'add', 'one', '--name', 'backup', '--switch', 'net'),
      'backup is added and connected to net.',
    );
    assert.equal(await ok('Add-VMNetworkAdapter', 'one', '--name', 'spare'), 'spare is added.');
    assert.deepEqual(await held(), [first, 'backup: net', 'spare: null']);
    await fails(/Say which adapter with --nic: 1 \(/, 'nic', 'remove', 'one');
    assert.equal(await ok('nic', 'remove', 'one', '--nic', 'backup'), 'backup is removed.');
    await fails(/no virtual switch "x"/, 'nic', 'add', 'one', '--switch', 'x');
    assert.deepEqual(await held(), [first, 'spare: null']);
    assert.equal(await ok('nic', 'rm', 'one', '--nic', 'spare'), 'spare is removed.');
    assert.deepEqual(await held(), [first]);
  });
});
