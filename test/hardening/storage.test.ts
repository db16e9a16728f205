import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { auditLines } from '../../src/audit/files.ts';
import { parseRecord } from '../../src/audit/record.ts';
import { verifyTrail } from '../../src/audit/verify.ts';
import { WsmanFault } from '../../src/client/client.ts';
import { MethodError } from '../../src/client/method-error.ts';
import { textOf } from '../../src/client/object.ts';
import { Bench } from '../crash/crash-case.ts';
import { LoopDisk } from '../kit/loop-disk.ts';
import { Service } from '../kit/service.ts';
import { difference, dump } from '../kit/wire-dump.ts';

/*
 * Hardening 25: the disk of the service is slow, read-only or broken. What asks for a change is told so or waits, what reads does
 * not notice, nothing acknowledged is lost, and it goes on when the disk does. Full disks are test/crash/store.
 */

const names = async ({ client }: Bench): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const { properties } of client.query(
    "SELECT * FROM Msvm_ComputerSystem WHERE Description = 'Microsoft Virtual Machine'",
  ))
    found.push(textOf(properties['ElementName']) ?? '');
  return found.toSorted();
};

/** The trail names these changes in this order, and no record was changed. */
const requireAudited = async (directory: string, count: number): Promise<void> => {
  const trail = join(directory, 'state/audit');
  const verdict = await verifyTrail(trail);
  assert.ok(verdict.ok, JSON.stringify(verdict));
  let found = 0;
  for await (const { text } of auditLines(trail))
    if (parseRecord(text)?.what.endsWith('.DefineSystem') === true && parseRecord(text)?.result === 'ok') found++;
  assert.equal(found, count);
};

const refused = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => assert.fail('it was acknowledged'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof MethodError || error instanceof WsmanFault, String(error));
  return error.message;
};

describe('25: the disk of the service', () => {
  test('is slow: a change waits for it, reads and log-ins do not; the change is there, and in the trail', async (t) => {
    await using disk = await LoopDisk.open();
    if (disk === null) return t.skip('needs root and a loop device');
    await using service = await Service.start({ hypervisor: 'simulated', dataDirectory: disk.path });
    const bench = new Bench(service, '');
    await bench.define(2, [], 'before');
    await disk.freeze();
    let answered = false;
    const change = bench.define(2, [], 'meanwhile').finally(() => (answered = true));
    try {
      // Other connections, whose log-ins are judged anew: their records wait for the disk too, but keep nobody waiting.
      for (const password of [service.password, 'wrong', service.password]) {
        const reader = service.client(undefined, { password });
        const rows = Array.fromAsync(reader.query('SELECT * FROM Msvm_ComputerSystem'));
        if (password === 'wrong') await assert.rejects(rows);
        else assert.ok((await rows).length >= 2);
        reader.close();
      }
      assert.equal(answered, false, 'nothing is acknowledged that is not on the disk');
    } finally {
      await disk.thaw();
    }
    await change;
    await bench.define(2, [], 'after');
    assert.deepEqual(await names(bench), ['after', 'before', 'meanwhile']);
    bench.close();
    assert.match(service.output, /audit trail cannot be written/);
    await service.stop('SIGKILL');
    await requireAudited(disk.path, 3);
    await service.run();
    const again = new Bench(service, '');
    assert.deepEqual(await names(again), ['after', 'before', 'meanwhile']);
    again.close();
    await service.stop();
  });

  test('is read-only for a while: changes are refused with the cause, nothing is lost, then it goes on', async (t) => {
    await using disk = await LoopDisk.open();
    if (disk === null) return t.skip('needs root and a loop device');
    await using service = await Service.start({ hypervisor: 'simulated', dataDirectory: disk.path });
    const bench = new Bench(service, '');
    await bench.define(2, [], 'before');
    // The trail is on the disk within a second; what comes now is no power cut.
    await disk.sync();
    await disk.goReadOnly();
    const before = await dump(bench.client);
    for (let i = 0; i < 3; i++) assert.match(await refused(bench.define(2, [], `refused ${i}`)), /stor|disk/i);
    assert.equal(difference(before, await dump(bench.client)), '');
    bench.close();
    await service.stop();
    await disk.repair();
    await service.run();
    const again = new Bench(service, '');
    assert.deepEqual(await names(again), ['before']);
    await again.define(2, [], 'after');
    again.close();
    await service.stop();
    await requireAudited(disk.path, 2);
  });

  test('fails (EIO): a change whose bytes may not be on it is not acknowledged; what was acknowledged is there', async (t) => {
    await using disk = await LoopDisk.open();
    if (disk === null) return t.skip('needs root and a loop device');
    await using service = await Service.start({ hypervisor: 'simulated', dataDirectory: disk.path });
    const bench = new Bench(service, '');
    const acknowledged: string[] = [];
    await disk.breakDown();
    let failure: unknown = null;
    for (let i = 0; failure === null && i < 500; i++) {
      const name = `machine ${i}`;
      failure =
        (await bench.define(2, [], name).then(
          () => acknowledged.push(name) === 0,
          (error: unknown) => error,
        )) || null;
    }
    assert.ok(failure instanceof MethodError || failure instanceof WsmanFault, String(failure));
    assert.deepEqual(await names(bench), acknowledged.toSorted());
    bench.close();
    await service.stop();
    await disk.repair();
    await service.run();
    const again = new Bench(service, '');
    const there = new Set(await names(again));
    for (const name of acknowledged) assert.ok(there.has(name), name);
    await again.define(2, [], 'after');
    again.close();
    await service.stop();
  });
});
