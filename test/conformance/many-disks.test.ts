import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { linuxImages } from '../guests/guest-images.ts';
import { DISK_FORMATS, type DiskFormat, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

const run = promisify(execFile);
const BOOT_LIMIT_MS = 180_000;
const DATA: readonly DiskFormat[] = ['raw', 'qcow2', 'dynamic VHDX'];
/** Linux names its disks in the order in which it comes to know them, which is not that of their places: they are known by their sizes. */
const NAMES =
  'D=$(for s in 8192 10240 12288; do for b in /sys/block/sd*; do [ $(cat $b/size) = $s ] && echo ${b##*/}; done; done); ';

/* Issue 4: disks and memory of one moment, of a machine with many disks of several formats, whose guest writes all the time. */
test('a guest writes a number to three disks, one after the other: at each checkpoint none is ahead of the one before it', async () => {
  await using host = await WireHost.open('qemu');
  const snapshots = new WireSnapshots(host);
  const { gen1 } = await linuxImages();
  const data = await Promise.all(
    DATA.map(async (format, index) => {
      const [driver, options] = DISK_FORMATS[format];
      const file = await host.file(`data${index}.${driver}`);
      await run('qemu-img', ['create', '-q', '-f', driver, ...options, file.linux, `${4 + index}M`]);
      return file.windows;
    }),
  );
  const id = await host.machines.create({
    name: 'many',
    generation: 1,
    memoryMb: 256,
    processors: 1,
    disks: [await host.bootDisk('many', 'qcow2', gen1), ...data],
    isos: [],
    switch: null,
    serial: '\\\\.\\pipe\\many',
    secureBoot: false,
    notes: '',
  });
  await host.standardCheckpoints(id);
  /** The number at the beginning of a disk, as its file and what that lies over have it. */
  const numberOn = async (windows: string): Promise<number> => {
    const file = await host.file(windows.split('\\').at(-1) ?? '');
    const copy = `${file.linux}.head`;
    const { stdout: info } = await run('qemu-img', ['info', '--output=json', file.linux]);
    const { format } = JSON.parse(info) as { format: string };
    await run('qemu-img', ['dd', '-f', format, '-O', 'raw', 'bs=512', 'count=1', `if=${file.linux}`, `of=${copy}`]);
    const { stdout } = await run('head', ['-c', '16', copy]);
    await rm(copy);
    return Number.parseInt(stdout, 10);
  };
  await host.change(id, 2);
  {
    using line = await host.serial('many');
    await line.expect(/VSMS-READY/, BOOT_LIMIT_MS);
    // Once: its port is set up, and what were asked again meanwhile would still be read after the checkpoints.
    line.write(
      `${NAMES}(n=0; while :; do n=$((n+1)); for d in $D; do echo $n | dd of=/dev/$d bs=512 conv=sync,fsync 2>/dev/null || echo $d > /tmp/failed; done; echo $n > /tmp/n; done) & until [ -s /tmp/n ]; do sleep 0.1; done; echo WRITES $(cat /tmp/n) $D END\n`,
    );
    await line.expect(/WRITES [1-9]\d* sd. sd. sd. END\r/);
  }
  const memory = [await snapshots.take(id), await snapshots.take(id)];
  const disksOnly = await snapshots.take(id, '', 3);
  await host.change(id, 3);
  const moments: number[] = [];
  for (const checkpoint of [...memory, disksOnly]) {
    const files = (await snapshots.files(checkpoint)).filter((file) => file.includes('data'));
    const numbers = await Promise.all(files.toSorted().map(numberOn));
    assert.equal(numbers.length, DATA.length);
    const [first = 0, , last = 0] = numbers;
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => b - a),
      'what is written first is never behind',
    );
    assert.ok(last > 0 && first - last <= 1, `of one round: ${numbers.join(', ')}`);
    moments.push(last);
  }
  assert.deepEqual(
    moments,
    moments.toSorted((a, b) => a - b),
  );
  // Its memory is of the same moment: it goes on with the round that it was in.
  await snapshots.apply(memory[0] ?? '');
  await host.change(id, 2);
  using line = await host.serial('many');
  const [, now = ''] = await line.ask('echo NOW $(cat /tmp/n) $(cat /tmp/failed 2>/dev/null) END\n', /NOW (\d+) END\r/);
  assert.ok(Number(now) >= (moments[0] ?? 0) - 1, `${now} after ${moments[0]}`);
  await host.change(id, 3);
  await snapshots.destroyTree(memory[0] ?? '');
  await snapshots.merged(id);
  const names = (await snapshots.files(`Microsoft:${id}`)).map((file) => file.split('\\').at(-1));
  assert.deepEqual(names.toSorted(), ['data0.raw', 'data1.qcow2', 'data2.vhdx', 'many.qcow2']);
  assert.ok((await numberOn(data[2] ?? '')) >= Number(now) - 1);
});
