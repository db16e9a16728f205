import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMMAND } from '../../src/nbd/protocol.ts';
import { ChainKeeper } from '../../src/qemu/supervise/chain-keeper.ts';
import { ServerKeeper } from '../../src/qemu/supervise/server-keeper.ts';
import { CHAIN_SERVER, chainServerOf, journalOf, startChainServer } from '../../src/qemu/supervise/chain-server.ts';
import { holdFiles } from '../../src/qemu/supervise/lock-files.ts';
import { type MachineRecord, MachineRecords } from '../../src/qemu/supervise/machine-record.ts';
import { endProcess, killProcess } from '../../src/qemu/supervise/process-identity.ts';
import { NbdClient } from '../nbd/client.ts';
import { contentOf, create, type DiskKind, KINDS } from '../vhd/disks.ts';
import { quietLog } from './kit.ts';

const vhdx = KINDS[1] as DiskKind;
const SIZE = 8 * 1024 * 1024;
const AT = 3 * 1024 * 1024;
const written = Buffer.alloc(4096, 'kept');

describe('what serves a differencing VHDX is exchanged', () => {
  let directory = '';
  let records: MachineRecords;
  let servers: ServerKeeper;
  let keeper: ChainKeeper;
  let socket = '';
  let chain: { readonly format: 'vhdx'; readonly files: readonly string[]; readonly writable: true };

  const place = () => ({
    id: 'machine',
    directories: { logs: directory, home: directory, sockets: join(directory, 's') },
  });
  const options = () => ({ records, user: null, program: CHAIN_SERVER, keeper: servers });
  const recorded = () => records.get('machine')?.chains[0] ?? assert.fail('it is recorded');
  const server = () => chainServerOf('ide0', join(directory, 's'));
  const journal = () => journalOf('ide0', join(directory, 's'));
  const until = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 120_000; !(await condition()); await sleep(25))
      if (Date.now() > end) assert.fail(`waited in vain: ${what}`);
  };
  const others = async (use: 'read' | 'alone'): Promise<void> => {
    await using _held = await holdFiles([chain.files[0] ?? ''], use);
  };

  /** Answered, and not flushed. */
  const write = async (): Promise<void> => {
    const client = await NbdClient.greeted(socket);
    await client.go('disk');
    client.request(COMMAND.write, AT, written.length, 1n, 0, written);
    assert.equal((await client.simpleReply(0)).error, 0);
    client.close();
  };

  const holds = async (expected: Buffer): Promise<void> => {
    const client = await NbdClient.greeted(socket);
    await client.go('disk');
    client.request(COMMAND.read, AT, written.length);
    const { error, data } = await client.simpleReply(written.length);
    assert.deepEqual([error, data], [0, expected]);
    client.close();
  };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-keeper-'));
    await mkdir(join(directory, 's'));
    const [parent, file] = [join(directory, 'parent.vhdx'), join(directory, 'leaf.vhdx')];
    await (await create(vhdx, parent, SIZE, 'dynamic')).close();
    await (await create(vhdx, file, SIZE, 'dynamic', parent)).close();
    chain = { format: 'vhdx', files: [file, parent], writable: true };
    records = await MachineRecords.open(join(directory, 'machines'));
    const { directories } = place();
    await records.put(
      { version: 1, id: 'machine', directories, chains: [] as MachineRecord['chains'] } as MachineRecord,
      false,
    );
    servers = new ServerKeeper(quietLog);
    keeper = new ChainKeeper(options());
    const source = await keeper.start(place(), 'ide0', chain);
    socket = source.kind === 'nbd' ? source.socket : assert.fail('it is served');
  });

  afterEach(async () => {
    await keeper.stop(place(), 'ide0');
    servers.close();
    await rm(directory, { recursive: true, force: true });
  });

  test('one that died with what nobody has flushed: that is in the file before another one only reads it', async () => {
    await write();
    servers.close();
    await killProcess((await server()) ?? assert.fail('a server'));
    assert.ok(((await journal()) ?? 0) > 0, 'it has left something');
    assert.equal((await contentOf(chain.files[0] ?? '')).subarray(AT, AT + 4).toString(), '\0\0\0\0');
    assert.equal(await keeper.readOnly(place(), recorded()), true);
    await holds(written);
    assert.deepEqual((await contentOf(chain.files[0] ?? '')).subarray(AT, AT + written.length), written);
    assert.deepEqual([recorded().writable, await journal()], [false, null]);
    await others('read');
    await assert.rejects(others('alone'), { code: 'fileInUse' });
    {
      await using _reader = await holdFiles([chain.files[0] ?? ''], 'read');
      await assert.rejects(keeper.writable(place(), recorded()), { code: 'fileInUse' });
      assert.equal(recorded().writable, false);
      await until('it is served as before', async () => (await server()) !== null);
      await holds(written);
    }
    await keeper.writable(place(), recorded());
    assert.deepEqual([recorded().writable, recorded().journaled, await journal()], [true, true, 0]);
    await assert.rejects(others('read'), { code: 'fileInUse' });
    await holds(written);
  });

  test('a service that dies before it records one that writes has the next one only read', async () => {
    await keeper.readOnly(place(), recorded());
    servers.close();
    await endProcess((await server()) ?? assert.fail('a server'), 10_000);
    const { process } = await startChainServer('ide0', chain, {
      ...options(),
      directories: place().directories,
      journal: 'new',
    });
    servers = new ServerKeeper(quietLog);
    keeper = new ChainKeeper(options());
    await keeper.adopt(records.get('machine') ?? assert.fail('a record'));
    await until('another one serves', async () => ![undefined, process.pid].includes((await server())?.pid));
    await others('read');
    await holds(Buffer.alloc(written.length));
  });

  test('none takes the place of one that could not keep everything', async () => {
    await write();
    await rm(socket.replace(/\.sock$/, '.journal'));
    const before = await server();
    assert.equal(await keeper.readOnly(place(), recorded()), false);
    assert.deepEqual(await server(), before);
    assert.equal(recorded().writable, true);
    await holds(written);
  });
});
