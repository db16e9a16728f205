import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WsmanClient } from '../src/client/client.ts';
import { settingsText } from '../src/client/settings-text.ts';
import { Service } from '../test/kit/service.ts';
import { header, report, spread } from './kit/figures.ts';

const MIB = 1024 * 1024;
const SIZE = 1024 * MIB;
/** Format of Msvm_VirtualHardDiskSettingData; of qcow2 the ending of the name tells. */
const FORMATS = { vhdx: 3, qcow2: 0 } as const;
const SERVICE = { className: 'Msvm_ImageManagementService' };

/**
 * Convert and compact by the service beside qemu-img on the same files; half of the disk holds data. A merge writes the base
 * anew whatever the child holds (an empty one here), so it stands beside a copy of the base.
 */
export async function images(rounds = 3): Promise<void> {
  header('Virtual hard disks');
  await using service = await Service.start({ hypervisor: 'simulated' });
  const folder = join(service.dataDirectory, 'disks');
  await mkdir(folder, { recursive: true });
  const client = service.client();
  const at = (name: string): string => join(folder, name);
  const raw = at('source.img');
  await writeFile(raw, '');
  execFileSync('truncate', ['-s', String(SIZE), raw]);
  for (let i = 0; i < SIZE / MIB; i += 4)
    execFileSync('dd', [
      'if=/dev/urandom',
      `of=${raw}`,
      'bs=1M',
      'count=2',
      `seek=${i}`,
      'conv=notrunc',
      'status=none',
    ]);
  execFileSync('sync');
  for (const format of ['vhdx', 'qcow2'] as const) await conversions(client, at, format, rounds);
  await compactAndMerge(client, at, rounds);
  client.close();
}

/** Of the raw disk; the first VHDX stays for what follows. */
const conversions = async (
  client: WsmanClient,
  at: (name: string) => string,
  format: keyof typeof FORMATS,
  rounds: number,
): Promise<void> => {
  const raw = at('source.img');
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const [made, peer] = [at(`ours${round}.${format}`), at(`theirs${round}.${format}`)];
    ours.push(await seconds(() => convert(client, raw, made, FORMATS[format])));
    theirs.push(
      await seconds(async () => {
        // As durable as ours.
        execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', format, raw, peer]);
        execFileSync('sync', [peer]);
      }),
    );
    execFileSync('qemu-img', ['compare', '-q', '-F', format, '-f', 'raw', raw, made]);
    if (round > 0 || format === 'qcow2') await Promise.all([rm(made), rm(peer)]);
  }
  rates(`convert raw to ${format === 'vhdx' ? 'VHDX' : format}, 1 GiB`, ours, theirs);
};

const rates = (what: string, ours: readonly number[], theirs: readonly number[]): void =>
  report({
    what,
    unit: 'MB/s',
    ours: spread(ours.map((each) => SIZE / 1e6 / each)),
    beside: { what: 'qemu-img', value: spread(theirs.map((each) => SIZE / 1e6 / each)) },
    goal: { atLeast: 0.8 },
  });

const compactAndMerge = async (client: WsmanClient, at: (name: string) => string, rounds: number): Promise<void> => {
  const [compacted, rewritten, merged, copied]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const base = at('ours0.vhdx');
    compacted.push(await seconds(() => client.run(SERVICE, 'CompactVirtualHardDisk', { Path: base, Mode: 0 })));
    // qemu-img compacts no VHDX in place: it writes a new one as well, which takes the name of the former when it is durable. In
    // place of it, over the pages of the former, would be faster, and a crash would leave neither.
    rewritten.push(
      await seconds(async () => {
        execFileSync('qemu-img', ['convert', '-f', 'vhdx', '-O', 'vhdx', base, at('new.vhdx')]);
        execFileSync('sync', [at('new.vhdx')]);
        await rename(at('new.vhdx'), at('copy.vhdx'));
      }),
    );
    const { size } = await stat(base);
    const child = at('child.avhdx');
    await client.run(SERVICE, 'CreateVirtualHardDisk', {
      VirtualDiskSettingData: settingsText('Msvm_VirtualHardDiskSettingData', {
        Path: child,
        ParentPath: base,
        Type: 4,
        Format: 3,
      }),
    });
    merged.push(
      size /
        1e6 /
        (await seconds(() =>
          client.run(SERVICE, 'MergeVirtualHardDisk', { SourcePath: child, DestinationPath: base }),
        )),
    );
    copied.push(
      size /
        1e6 /
        (await seconds(async () => {
          execFileSync('cp', ['--sparse=always', base, at('plain.vhdx')]);
          execFileSync('sync', [at('plain.vhdx')]);
        })),
    );
    await rm(at('plain.vhdx'));
  }
  rates('compact a VHDX, 1 GiB', compacted, rewritten);
  report({
    what: 'merge of an empty differencing VHDX into its base',
    unit: 'MB/s',
    ours: spread(merged),
    beside: { what: 'cp and sync of the base', value: spread(copied) },
    goal: null,
  });
};

const convert = (client: WsmanClient, SourcePath: string, Path: string, Format: number): Promise<unknown> =>
  client.run(SERVICE, 'ConvertVirtualHardDisk', {
    SourcePath,
    VirtualDiskSettingData: settingsText('Msvm_VirtualHardDiskSettingData', { Path, Type: 3, Format }),
  });

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
};
