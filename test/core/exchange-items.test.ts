import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { exchangeFiles } from '../../src/core/guests/exchange-files.ts';
import { ExchangeItems } from '../../src/core/guests/exchange-items.ts';
import type { Guid } from '../../src/core/model.ts';
import type { GuestCopy } from '../../src/core/ports.ts';
import { exchangeItemReader } from '../../src/msvm/exchange-item.ts';
import { loadRepository } from '../../src/cim/repository/load.ts';
import { V2 } from '../../src/msvm/register.ts';
import { MAXIMUM_POOL_BYTES } from '../../src/qemu/machine/exchange-pool.ts';
import { done } from './checkpoint-kit.ts';
import { CALLER, makeWorld, type World } from './kit.ts';

const POOL = '/var/lib/hyperv/.kvp_pool_0';
const RECORD = 512 + 2048;

const schema = loadRepository().namespace(V2) ?? assert.fail('no schema');
const itemText = (name: string, data: string): string =>
  `<INSTANCE CLASSNAME="Msvm_KvpExchangeDataItem"><PROPERTY NAME="Name" TYPE="string"><VALUE>${name}</VALUE></PROPERTY><PROPERTY NAME="Data" TYPE="string"><VALUE>${data}</VALUE></PROPERTY></INSTANCE>`;

const open = (t: Parameters<typeof makeWorld>[0]): Promise<World> =>
  makeWorld(t, { exchangeItem: exchangeItemReader(schema) });

const set = (world: World, id: Guid, ...texts: readonly string[]): Promise<void> =>
  world.core.auxiliary.changeKvpItems(CALLER, id, (held) => ({ ...held, HostExchangeItems: texts }));

const pool = (world: World, id: Guid): Buffer | undefined => world.hypervisor.machine(id)?.inspect().file(POOL);

/** What a program in the guest reads. */
const told = (world: World, id: Guid): readonly (readonly [string, string])[] => {
  const bytes = pool(world, id) ?? Buffer.alloc(0);
  assert.equal(bytes.length % RECORD, 0);
  return Array.from({ length: bytes.length / RECORD }, (_, index) => {
    const at = index * RECORD;
    const text = (from: number, length: number): string => {
      const field = bytes.subarray(from, from + length);
      assert.equal(field.at(-1), 0, 'a zero behind it');
      return field.toString('utf8', 0, field.indexOf(0));
    };
    return [text(at, 512), text(at + 512, 2048)];
  });
};

describe('what the host tells a guest (other-services §5)', () => {
  test('items set before the start, and each change after it; another machine has its own', async (t) => {
    const world = await open(t);
    const [one, other] = [(await world.define({})).id, (await world.define({})).id];
    await set(world, one, itemText('role', 'web'), itemText('ключ', 'a&amp;b'), 'rubbish');
    for (const id of [one, other]) done(await world.request(id, 2));
    await world.eventually(() => told(world, one).length === 2);
    assert.deepEqual(told(world, one), [
      ['role', 'web'],
      ['ключ', 'a&b'],
    ]);
    assert.equal(pool(world, other), undefined, 'one that is told nothing keeps what it has');
    await set(world, one, itemText('role', 'x'.repeat(3000)));
    await world.eventually(() => told(world, one).length === 1);
    assert.deepEqual(told(world, one), [['role', 'x'.repeat(2047)]]);
    await set(world, one);
    await world.eventually(() => pool(world, one)?.length === 0);
    done(await world.request(one, 3));
    await set(world, one, itemText('role', 'again'));
    done(await world.request(one, 2));
    await world.eventually(() => told(world, one)[0]?.[1] === 'again');
  });

  test('a Windows guest gets them where its script looks, and no other file', async (t) => {
    const world = await open(t);
    const { id } = await world.define({});
    done(await world.request(id, 2));
    const machine = world.hypervisor.machine(id) ?? assert.fail('no machine');
    await world.eventually(() => machine.figures().guestAgent === 'ok');
    await set(world, id, itemText('role', 'web'));
    await world.eventually(() => told(world, id).length === 1);
    const copied: GuestCopy[] = [];
    const windows = new Proxy(machine, {
      get: (real, name) => {
        if (name === 'figures')
          return () => ({ ...real.figures(), guestOperatingSystem: 'Microsoft Windows Server 2022' });
        return name === 'copyToGuest' ? async (copy: GuestCopy) => void copied.push(copy) : Reflect.get(real, name);
      },
    });
    const items = new ExchangeItems({ clock: world.clock }, exchangeItemReader(schema));
    for (let round = 0; round < 2; round++) await items.visit(world.system(id), windows, new AbortController().signal);
    assert.deepEqual(
      copied.map(({ destination, size, atOnce, createFolders }) => [destination, size, atOnce, createFolders]),
      [['C:\\Program Files\\vsms\\kvp_pool_0', RECORD, true, true]],
    );
  });

  test('the script for Windows guests has the names, sizes and limits of the service', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/clients.md'), 'utf8');
    const script = /```powershell\n(\$folder = [^]*?)```/.exec(page)?.[1] ?? assert.fail('no script');
    const told = (name: string): string =>
      new RegExp(`^\\$${name} = (.*)$`, 'm').exec(script)?.[1] ?? assert.fail(name);
    const { fromHost, toHost } = exchangeFiles('Microsoft Windows 11');
    const folder = told('folder').slice(1, -1);
    for (const file of [fromHost, toHost]) {
      assert.equal(file.slice(0, file.lastIndexOf('\\')), folder);
      assert.ok(script.includes(`"$folder${file.slice(folder.length)}"`), file);
    }
    assert.deepEqual([told('nameBytes'), told('recordBytes')], ['512', String(RECORD)]);
    assert.equal(Number(told('most')) * RECORD, MAXIMUM_POOL_BYTES);
    // What opens is closed: brackets outside of texts, in order.
    const open: string[] = [];
    for (const sign of script.replaceAll(/#.*$|'[^']*'|"[^"]*"/gm, '')) {
      if ('([{'.includes(sign)) open.push(sign);
      else if (')]}'.includes(sign)) assert.equal(open.pop(), '([{'[')]}'.indexOf(sign)]);
    }
    assert.deepEqual(open, []);
  });

  test('a service that starts tells them again; a guest that refuses is asked again after a while, not at once', async (t) => {
    const world = await open(t);
    const { id } = await world.define({});
    done(await world.request(id, 2));
    world.faults.fail('copyToGuest', { times: 100 });
    await set(world, id, itemText('role', 'web'));
    await world.eventually(() => world.system(id).power === 'running');
    await world.until(world.clock.sleep(10_000));
    assert.equal(pool(world, id), undefined);
    world.faults.clear();
    await world.until(world.clock.sleep(10_000));
    assert.equal(pool(world, id), undefined, 'not at once');
    await world.eventually(() => told(world, id).length === 1);
  });
});
