import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { netBiosName, readHostFacts } from '../../src/core/host/facts.ts';
import { DEFAULT_SWITCH_ID } from '../../src/core/networks/default-switch.ts';
import { bridgeSwitchId, readHostBridges } from '../../src/core/networks/host-bridges.ts';
import { loadSwitches } from '../../src/core/networks/load-switches.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { makeWorld } from './kit.ts';

const makeFolder = async (cleanup: { after(dispose: () => Promise<void>): void }): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-net-'));
  cleanup.after(() => rm(folder, { recursive: true }));
  return folder;
};

describe('switches', () => {
  test('the NAT switch is always there, bridges beside it', async (t) => {
    const world = await makeWorld(t);
    const switches = [...world.core.graph.switches()];
    assert.deepEqual(
      switches.map((held) => [held.name, held.kind, held.bridge]),
      [
        ['Default Switch', 'nat', null],
        ['br0', 'bridge', 'br0'],
      ],
    );
    assert.equal(switches[0]?.id, DEFAULT_SWITCH_ID);
    assert.equal(world.core.graph.switch(bridgeSwitchId('br0').toLowerCase())?.name, 'br0');
  });

  test('the id of a bridge is made of its name, and looks like a GUID', () => {
    assert.equal(bridgeSwitchId('br0'), bridgeSwitchId('br0'));
    assert.notEqual(bridgeSwitchId('br0'), bridgeSwitchId('br1'));
    assert.match(bridgeSwitchId('br0'), /^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
  });

  test('names that clients gave are remembered; damaged records do not matter', async () => {
    const store = createMemoryStore();
    await store.commit([
      { table: 'switches', key: DEFAULT_SWITCH_ID, value: { name: 'NAT', notes: 'n' } },
      { table: 'switches', key: bridgeSwitchId('br0'), value: { name: 5 } },
    ]);
    const switches = await loadSwitches(store, ['br0']);
    assert.deepEqual(
      switches.map((held) => held.name),
      ['NAT', 'br0'],
    );
  });

  test('bridges of the host are found by their folder', async (t) => {
    const folder = await makeFolder(t);
    for (const name of ['eth0', 'br1/bridge', 'br0/bridge']) await mkdir(join(folder, name), { recursive: true });
    assert.deepEqual(await readHostBridges(folder), ['br0', 'br1']);
    assert.deepEqual(await readHostBridges(join(folder, 'missing')), []);
  });
});

describe('host facts', () => {
  test('from /proc', async (t) => {
    const root = await makeFolder(t);
    await mkdir(join(root, 'proc/sys/kernel/random'), { recursive: true });
    await writeFile(
      join(root, 'proc/cpuinfo'),
      'processor\t: 0\nmodel name\t: Some CPU\n\nprocessor\t: 1\nmodel name\t: Some CPU\n',
    );
    await writeFile(join(root, 'proc/meminfo'), 'MemTotal:       16384000 kB\nMemFree: 1 kB\n');
    await writeFile(join(root, 'proc/sys/kernel/random/boot_id'), '11111111-2222-3333-4444-555555555555\n');
    assert.deepEqual(await readHostFacts({ root, hostName: 'node-1.example.org' }), {
      name: 'NODE-1',
      logicalProcessors: 2,
      memoryMb: 16_000,
      processorName: 'Some CPU',
      bootId: '11111111-2222-3333-4444-555555555555',
    });
  });

  test('a NetBIOS name has at most 15 characters', () => {
    assert.equal(netBiosName('a-very-long-host-name.example'), 'A-VERY-LONG-HOS');
    assert.equal(netBiosName(''), 'LOCALHOST');
    assert.equal(netBiosName('h_1'), 'H-1');
  });
});
