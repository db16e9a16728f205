import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AdapterSpec, DiskSpec, MachineSpec } from '../../src/core/machine-spec.ts';
import { Bench, bootDiskOf, noSignal, type OpenHypervisor, record } from './kit.ts';

const unseen = (): void => undefined;

/** The machine of the suite with UEFI, a TPM, and its drives at SCSI. Nothing on its disk boots: the firmware is its guest. */
const makeSpec = async (
  bench: Bench,
  deviceModels?: MachineSpec['deviceModels'],
): Promise<MachineSpec & { readonly files: string }> => {
  const spec = await bench.under.makeSpec();
  const files = join(bench.under.directory, `files-${spec.id}`);
  const place = { bus: 'scsi', controller: 0 } as const;
  return {
    ...spec,
    deviceModels: deviceModels ?? spec.deviceModels,
    files,
    generation: 2,
    memory: { mb: 128, dynamic: null },
    firmware: {
      kind: 'uefi',
      secureBoot: true,
      variablesFile: join(files, 'uefi-variables.fd'),
      bootOrder: ['boot', 'cd'],
    },
    tpm: { stateDirectory: join(files, 'tpm') },
    disks: [
      { ...bootDiskOf(spec), ...place, image: await bench.under.makeImage() },
      { id: 'cd', ...place, slot: 1, media: 'cd', image: null, iopsLimit: null },
    ],
  };
};

/** What is different for generation 2: firmware with a memory, a TPM, SCSI alone. */
export const generation2Contract = (open: OpenHypervisor): void => {
  test('generation 2: variables of the firmware and the TPM are made with the first start, and kept', async () => {
    await using bench = await Bench.open(open);
    const spec = await makeSpec(bench);
    assert.ok(spec.firmware.kind === 'uefi' && spec.tpm !== null);
    const machine = await bench.start(spec);
    const { size, mode, ino } = await stat(spec.firmware.variablesFile);
    assert.ok(size > 0);
    assert.equal(mode & 0o007, 0, 'keys of the guest are for nobody else to read');
    assert.equal((await stat(spec.tpm.stateDirectory)).mode & 0o007, 0);
    await bench.turnOff(machine);
    const tpm = await readdir(spec.tpm.stateDirectory);
    const variables = await readFile(spec.firmware.variablesFile);
    await bench.turnOff(await bench.start(spec));
    assert.equal((await stat(spec.firmware.variablesFile)).ino, ino);
    assert.equal((await readFile(spec.firmware.variablesFile)).length, variables.length);
    for (const name of tpm) assert.ok((await readdir(spec.tpm.stateDirectory)).includes(name), name);
  });

  test('generation 2: paused, resumed, reset, saved, restored, taken over', async () => {
    await using bench = await Bench.open(open);
    const spec = await makeSpec(bench);
    const machine = await bench.start(spec);
    const { events, ended } = record(machine);
    await bench.until(machine.pause());
    await bench.until(machine.resume());
    await bench.until(machine.reset());
    const file = join(bench.under.directory, 'saved');
    await bench.until(machine.save(file, unseen, noSignal));
    await bench.until(ended);
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['stopped'],
    );
    await bench.refuses(bench.start({ ...spec, processors: 2 }, file), { code: 'invalidState' });
    const restored = await bench.start(spec, file);
    const next = await bench.until(bench.under.restart());
    const adopted = await bench.until(next.adopt(spec, restored.process));
    assert.equal(adopted?.state, 'running');
    // The TPM is there still: its state goes into the file.
    await bench.until(adopted.machine.save(file, unseen, noSignal));
    const again = await bench.until(next.start(spec, { savedState: file, signal: noSignal }));
    await bench.turnOff(again);
  });

  test('generation 2: SCSI drives, adapters and media come while it runs; there is no IDE', async () => {
    await using bench = await Bench.open(open);
    const spec = await makeSpec(bench, 'virtio');
    const machine = await bench.start(spec);
    const { events } = record(machine);
    const disk: DiskSpec = { ...bootDiskOf(spec), id: 'hot', slot: 5, image: await bench.under.makeImage() };
    await bench.until(machine.addDisk(disk));
    await bench.refuses(machine.addDisk({ ...disk, id: 'same place', image: await bench.under.makeImage() }));
    await bench.refuses(machine.addDisk({ ...disk, id: 'ide', bus: 'ide', image: await bench.under.makeImage() }), {
      code: 'invalidState',
    });
    await bench.until(machine.removeDisk('hot'));
    await bench.until(machine.changeMedium('cd', await bench.under.makeIso()));
    const adapter: AdapterSpec = { id: 'hotnic', mac: '00155D010203', emulated: false, network: { kind: 'none' } };
    await bench.until(machine.addAdapter(adapter));
    await bench.refuses(machine.addAdapter(adapter));
    await bench.until(machine.connectAdapter({ ...adapter, network: { kind: 'user' } }));
    assert.deepEqual(events, []);
    await bench.turnOff(machine);
  });

  test('generation 2: for inbox drivers drives are at AHCI, which takes none while it runs (K27)', async () => {
    await using bench = await Bench.open(open);
    const spec = await makeSpec(bench, 'inbox');
    const machine = await bench.start(spec);
    const disk: DiskSpec = { ...bootDiskOf(spec), id: 'hot', slot: 5, image: await bench.under.makeImage() };
    await bench.refuses(machine.addDisk(disk), { code: 'invalidState' });
    await bench.refuses(machine.removeDisk('boot'), { code: 'invalidState' });
    await bench.until(machine.changeMedium('cd', await bench.under.makeIso()));
    await bench.turnOff(machine);
    await bench.turnOff(await bench.start({ ...spec, disks: [...spec.disks, disk] }));
  });

  test('generation 2: picture, keys, pointer, NMI, figures', async () => {
    await using bench = await Bench.open(open);
    const spec = await makeSpec(bench);
    const machine = await bench.start(spec);
    const { width, height, rgb } = await bench.until(machine.screenshot());
    assert.equal(rgb.length, width * height * 3);
    const { videoWidth, videoHeight } = machine.figures();
    assert.deepEqual([videoWidth, videoHeight], [width, height]);
    await bench.until(machine.typeKeys([{ keyCode: 0x41, action: 'press' }]));
    await bench.until(machine.typeKeys([{ keyCode: 0x41, action: 'release' }]));
    await bench.until(
      machine.point([
        { kind: 'moveTo', x: 1, y: 1 },
        { kind: 'button', button: 1, down: true },
        { kind: 'button', button: 1, down: false },
        { kind: 'moveBy', x: 1, y: 1 },
        { kind: 'scroll', notches: 1 },
      ]),
    );
    await bench.until(machine.injectNmi());
    await bench.turnOff(machine);
  });

  test('generation 2: a checkpoint with memory, firmware and TPM of its moment starts again', async () => {
    await using bench = await Bench.open(open);
    const spec = await makeSpec(bench);
    const machine = await bench.start(spec);
    const { events } = record(machine);
    const below = bootDiskOf(spec).image ?? assert.fail();
    const file = join(bench.under.directory, 'overlay.qcow2');
    await bench.until(bench.under.images.createOverlay(file, below));
    const image = {
      file,
      format: 'qcow2',
      readOnly: false,
      backing: [{ file: below.file, format: below.format }],
    } as const;
    const memory = join(bench.under.directory, 'memory');
    let moments = 0;
    const request = {
      overlays: [{ disk: 'boot', image }],
      memory,
      freeze: false,
      atMoment: async () => {
        moments++;
        assert.ok((await readdir(spec.files)).includes('uefi-variables.fd'));
      },
    };
    await bench.until(machine.checkpoint(request, unseen, noSignal));
    assert.equal(moments, 1);
    assert.equal((await machine.tops()).get('boot'), file);
    const switchOver = (change: () => Promise<void>): Promise<void> => change();
    await bench.until(
      machine.merge(
        { disk: 'boot', top: file, base: below, begun: async () => undefined, switchOver },
        unseen,
        noSignal,
      ),
    );
    assert.equal((await machine.tops()).get('boot'), below.file);
    assert.deepEqual(events, []);
    await bench.turnOff(machine);
    await bench.turnOff(await bench.start(spec, memory));
  });
};
