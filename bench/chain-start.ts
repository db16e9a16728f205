import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskImage } from '../src/core/machine-spec.ts';
import { createImageTool } from '../src/qemu/images/image-tool.ts';
import { inspectDisk } from '../src/vhd/inspect.ts';
import { createVhdx } from '../src/vhd/vhdx/writer.ts';
import { nanoImage } from '../test/guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, SerialLine, TestHost } from '../test/qemu/kit.ts';
import { header, report, spread } from './kit/figures.ts';

const GB = 1024 ** 3;
const SMALL = GB;
const LARGE = 100 * GB;
/** Noise of one start beside another of the same kind. */
const EQUAL = 1.2;

/**
 * From the start of a machine over a chain of three VHDX files to the first word of its guest, for a disk of 1 GB and one of
 * 100 GB in turn; both are sparse, and the copy into the overlay is not waited for.
 */
export async function chainStart(rounds = 10): Promise<void> {
  header('Start over a chain of differencing disks');
  await using host = await TestHost.make();
  const images = { small: await chainedImage(host, 'small', SMALL), large: await chainedImage(host, 'large', LARGE) };
  const hypervisor = await host.hypervisor();
  const firstWord = async (image: DiskImage): Promise<number> => {
    const spec = machineSpec(host, { disks: [ideDisk(image.file, { image })] });
    const began = performance.now();
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    const taken = performance.now() - began;
    await machine.turnOff();
    return taken;
  };
  const times = { small: [] as number[], large: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    // In turn, and each as often first as last.
    const order = round % 2 === 0 ? (['small', 'large'] as const) : (['large', 'small'] as const);
    for (const size of order) {
      const taken = await firstWord(images[size]);
      // The first round warms the page cache and the code.
      if (round > 0) times[size].push(taken);
    }
  }
  report({
    what: 'start to first word, 100 GB',
    unit: 'ms',
    ours: spread(times.large),
    beside: { what: '1 GB', value: spread(times.small) },
    goal: { atMost: EQUAL },
  });
}

/** The nano guest in the oldest of three files, and something in each of the others. */
async function chainedImage(host: TestHost, name: string, size: number): Promise<DiskImage> {
  const folder = host.path(name);
  await mkdir(folder);
  const raw = await readFile(await nanoImage());
  const content = Buffer.concat([raw, Buffer.alloc(-raw.length & 4095)]);
  const files: string[] = [];
  for (let level = 0; level < 3; level++) {
    const below = files[0];
    const file = join(folder, `level${level}.${level === 0 ? '' : 'a'}vhdx`);
    const writer =
      below === undefined
        ? await createVhdx({ file, size, type: 'dynamic' })
        : await createVhdx({
            file,
            size,
            type: 'differencing',
            parent: {
              linkage: (await inspectDisk(below)).dataWriteId ?? '',
              relativePath: `.\\${below.slice(folder.length + 1)}`,
            },
          });
    if (level === 0) await writer.write(0, content);
    else await writer.write(size - level * 65_536, Buffer.alloc(65_536, level));
    await writer.close();
    files.unshift(file);
  }
  const [leaf = '', ...parents] = files;
  const below = { file: leaf, format: 'vhdx', parents } as const;
  const file = join(folder, 'overlay.qcow2');
  await createImageTool().createOverlay(file, below);
  return { file, format: 'qcow2', readOnly: false, backing: [below] };
}
