import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DomainError } from '../../src/core/errors.ts';
import type { AdapterSpec, DiskSpec, MachineSpec } from '../../src/core/machine-spec.ts';
import { commandLine } from '../../src/qemu/command-line/command-line.ts';
import { driveDevice } from '../../src/qemu/command-line/ids.ts';
import type { DiskSource, MachineLayout, Wire } from '../../src/qemu/command-line/layout.ts';

function disk(changes: Partial<DiskSpec>): DiskSpec {
  return { id: 'd', bus: 'ide', controller: 0, slot: 0, media: 'disk', image: null, iopsLimit: null, ...changes };
}

function nic(changes: Partial<AdapterSpec>): AdapterSpec {
  return { id: 'n', mac: '00155D010203', emulated: false, network: { kind: 'user' }, ...changes };
}

function spec(changes: Partial<MachineSpec> = {}): MachineSpec {
  return {
    id: 'A1576C71-F505-4D1B-9B78-2CFD971B0F31',
    name: 'web1',
    generation: 1,
    processors: 2,
    memory: { mb: 1024, dynamic: null },
    deviceModels: 'virtio',
    firmware: { kind: 'bios', bootOrder: ['cd', 'disk', 'network', 'floppy'], numLock: false },
    tpm: null,
    disks: [],
    adapters: [],
    serialPorts: [],
    localTimeClock: false,
    offOnReboot: false,
    smbios: {
      uuid: 'a1576c71-f505-4d1b-9b78-2cfd971b0f31',
      serial: 's',
      boardSerial: 'b',
      chassisSerial: 'c',
      assetTag: 'a',
    },
    generationId: '6FB5C4B0-0E3B-4F0B-9B39-1E52A3C9F3D1',
    runDirectory: '/run/m',
    ...changes,
  };
}

const file = (name: string, driver: 'raw' | 'qcow2' = 'raw'): DiskSource => ({
  kind: 'file',
  driver,
  file: name,
  readOnly: false,
  size: null,
});

function layout(machine: MachineSpec, changes: Partial<MachineLayout> = {}): MachineLayout {
  return {
    spec: machine,
    accelerator: 'tcg',
    enlightenments: false,
    machineType: null,
    memoryMb: machine.memory.mb,
    sockets: { monitors: ['/r/a', '/r/b'], agent: '/r/c', vnc: '/r/d', serial: [], tpm: null },
    pidFile: '/r/pid',
    firmware: machine.generation === 2 ? { code: '/code.fd', variables: '/vars.fd', secure: true } : null,
    disks: new Map(machine.disks.map(({ id, image }) => [id, image === null ? null : file(image.file)])),
    adapterSlots: new Map(machine.adapters.map(({ id }, slot) => [id, slot])),
    controllers: new Set(machine.disks.filter(({ bus }) => bus === 'scsi').map(({ controller }) => controller)),
    generationId: true,
    wires: new Map(machine.adapters.map(({ id }): [string, Wire] => [id, { kind: 'hub', plug: { kind: 'user' } }])),
    networkRoms: true,
    incoming: false,
    ...changes,
  };
}

/** Arguments as QEMU would read them: an option and what its own parser makes of the value. */
type Parsed = readonly [option: string, value: unknown];
const FLAGS = new Set(['-no-user-config', '-nodefaults', '-S']);
/** Their value is taken as it stands. */
const PLAIN = new Set(['-pidfile', '-uuid', '-display']);

function parse(args: readonly string[]): readonly Parsed[] {
  const parsed: Parsed[] = [];
  for (let at = 0; at < args.length; at++) {
    const option = args[at] ?? '';
    if (FLAGS.has(option)) parsed.push([option, null]);
    else {
      const value = args[++at] ?? '';
      if (PLAIN.has(option)) parsed.push([option, value]);
      else parsed.push([option, value.startsWith('{') ? JSON.parse(value) : readOptions(value)]);
    }
  }
  return parsed;
}

/** QEMU's opts syntax: parts between commas, a doubled comma is one comma of a value (util/keyval). */
function readOptions(text: string): Readonly<Record<string, string>> {
  const parts = text
    .replaceAll(',,', '\0')
    .split(',')
    .map((part) => part.replaceAll('\0', ','));
  return Object.fromEntries(
    parts.map((part, index) => {
      const equals = part.indexOf('=');
      return equals < 0 ? [`#${index}`, part] : [part.slice(0, equals), part.slice(equals + 1)];
    }),
  );
}

function devices(machine: MachineSpec, changes: Partial<MachineLayout> = {}): readonly Record<string, unknown>[] {
  return parse(commandLine(layout(machine, changes))).flatMap(([option, value]) =>
    option === '-device' ? [value as Record<string, unknown>] : [],
  );
}

const driversOf = (machine: MachineSpec): readonly unknown[] => devices(machine).map(({ driver }) => driver);

/** Everything but the texts: what a hostile text must not change. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shape(member)]));
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !text.includes('\0')),
  fc.constantFrom(
    ',readonly=on',
    'a,,b',
    '",x',
    "' -device",
    '\n-S\n',
    '$(id)',
    '\u001b[31m',
    '-incoming',
    'file:/etc/shadow',
    '{"a":1}',
    '/dev/fdset/1',
    'x=y',
    ',',
    '\\',
  ),
);

describe('hardening 15: no text from outside becomes an option of QEMU', () => {
  test('the generation id device is of the machine that a saved state was made with', () => {
    const ids = (generationId: boolean): readonly unknown[] =>
      devices(spec({}), { generationId }).flatMap(({ driver, guid }) => (driver === 'vmgenid' ? [guid] : []));
    assert.deepEqual(ids(true), ['6fb5c4b0-0e3b-4f0b-9b39-1e52a3c9f3d1']);
    assert.deepEqual(ids(false), []);
  });

  test('whatever ids, paths, serial numbers and tags are, the options are those of tame ones, and the values come back whole', () => {
    fc.assert(
      fc.property(
        fc.array(hostile, { minLength: 9, maxLength: 9 }),
        fc.constantFrom(1 as const, 2 as const),
        (texts, generation) => {
          const build = (words: readonly string[]): MachineLayout => {
            const [
              name = '',
              diskId = '',
              diskFile = '',
              cdId = '',
              serial = '',
              asset = '',
              nicId = '',
              run = '',
              vars = '',
            ] = words;
            const bus = generation === 1 ? 'ide' : 'scsi';
            const machine = spec({
              name,
              generation,
              smbios: {
                uuid: 'a1576c71-f505-4d1b-9b78-2cfd971b0f31',
                serial,
                boardSerial: asset,
                chassisSerial: serial,
                assetTag: asset,
              },
              firmware:
                generation === 1
                  ? { kind: 'bios', bootOrder: ['disk', 'cd', 'network', 'floppy'], numLock: false }
                  : {
                      kind: 'uefi',
                      secureBoot: true,
                      variablesFile: vars,
                      bootOrder: [`${diskId}1`, `${cdId}2`, `${nicId}3`],
                    },
              disks: [
                disk({ id: `${diskId}1`, bus, image: { file: diskFile, format: 'raw', readOnly: false } }),
                disk({ id: `${cdId}2`, bus, slot: 1, media: 'cd' }),
              ],
              adapters: [nic({ id: `${nicId}3` })],
            });
            return layout(machine, {
              sockets: {
                monitors: [`${run}a`, `${run}b`],
                agent: `${run}c`,
                vnc: `${run}d`,
                serial: [`${run}e`, null],
                tpm: `${run}f`,
              },
              pidFile: `${run}p`,
              firmware: generation === 1 ? null : { code: '/code.fd', variables: vars, secure: true },
            });
          };
          const machine = build(texts);
          const args = commandLine(machine);
          const parsed = parse(args);
          assert.deepEqual(shape(parsed), shape(parse(commandLine(build(texts.map((_, index) => `tame${index}`))))));
          const [name = '', , diskFile = ''] = texts;
          const blockdevs = parsed
            .filter(([option]) => option === '-blockdev')
            .map(([, value]) => value as { file: { filename: string } });
          assert.ok(blockdevs.some(({ file: node }) => node.filename === diskFile));
          const chardevs = parsed
            .filter(([option]) => option === '-chardev')
            .map(([, value]) => value as Record<string, string>);
          assert.ok(chardevs.some(({ path }) => path === machine.sockets.agent));
          // The name is nowhere at all.
          if (name.length > 8)
            assert.ok(
              !args.some(
                (argument) => argument.includes(name) && !texts.slice(1).some((text) => argument.includes(text)),
              ),
            );
        },
      ),
      { numRuns: 300 },
    );
  });

  test('a NUL ends no argument: it is refused', () => {
    const machine = spec({ disks: [disk({ image: { file: 'a\0b', format: 'raw', readOnly: false } })] });
    assert.throws(() => commandLine(layout(machine)), RangeError);
    const sockets = { monitors: ['/a', '/b'] as const, agent: '/c\0', vnc: '/d', serial: [], tpm: null };
    assert.throws(() => commandLine(layout(spec(), { sockets })), RangeError);
  });

  test('a MAC address that is none is refused', () => {
    const machine = spec({ adapters: [nic({ mac: '00155D0102,x' })] });
    assert.throws(() => commandLine(layout(machine)), DomainError);
  });
});

describe('sandbox and identity', () => {
  test('every machine has the sandbox, no defaults, its UUID, two monitors, and waits (-S)', () => {
    const args = commandLine(layout(spec()));
    const parsed = new Map(parse(args));
    assert.deepEqual(parsed.get('-sandbox'), {
      '#0': 'on',
      obsolete: 'deny',
      elevateprivileges: 'deny',
      spawn: 'deny',
      resourcecontrol: 'deny',
    });
    for (const flag of ['-no-user-config', '-nodefaults', '-S']) assert.ok(args.includes(flag));
    assert.equal(parsed.get('-uuid'), spec().id);
    assert.equal(args.filter((argument) => argument === '-mon').length, 2);
  });

  test('every image has a named format, and locking stays on', () => {
    const machine = spec({ disks: [disk({ image: { file: '/a', format: 'raw', readOnly: false } })] });
    const nodes = parse(commandLine(layout(machine))).flatMap(([option, value]) =>
      option === '-blockdev' ? [value as Record<string, unknown>] : [],
    );
    for (const node of nodes) {
      assert.equal(node['driver'], 'raw');
      assert.deepEqual((node['file'] as Record<string, unknown>)['locking'], 'on');
    }
  });
});

describe('K27 device models', () => {
  const adapters = [nic({ id: 'synthetic' }), nic({ id: 'legacy', emulated: true })];
  const scsi = disk({ id: 's', bus: 'scsi', slot: 2, image: { file: '/s', format: 'raw', readOnly: false } });
  const uefi = { kind: 'uefi', secureBoot: true, variablesFile: '/vars', bootOrder: [] } as const;

  test('generation 1: IDE is IDE whatever the models; SCSI and adapters follow them', () => {
    const machine = { disks: [disk({ id: 'i' }), scsi], adapters };
    const virtio = driversOf(spec(machine));
    for (const driver of ['ide-hd', 'virtio-scsi-pci', 'scsi-hd', 'virtio-net-pci', 'e1000'])
      assert.ok(virtio.includes(driver), driver);
    const inbox = driversOf(spec({ ...machine, deviceModels: 'inbox' }));
    for (const driver of ['ide-hd', 'mptsas1068', 'scsi-hd', 'e1000', 'tulip'])
      assert.ok(inbox.includes(driver), driver);
    assert.ok(!inbox.includes('virtio-net-pci'));
  });

  test('generation 2: virtio-scsi, or AHCI and e1000e; no NVMe, whose state QEMU cannot save', () => {
    const machine = { generation: 2, firmware: uefi, disks: [scsi], adapters: [nic({})] } as const;
    assert.ok(driversOf(spec(machine)).includes('virtio-scsi-pci'));
    const inbox = driversOf(spec({ ...machine, deviceModels: 'inbox' }));
    for (const driver of ['ich9-ahci', 'ide-hd', 'e1000e']) assert.ok(inbox.includes(driver), driver);
    assert.ok(!inbox.includes('nvme'));
  });

  test('places that do not exist are refused with the place in the text', () => {
    const wrong: readonly MachineSpec[] = [
      spec({ disks: [disk({ controller: 2 })] }),
      spec({ disks: [disk({ slot: 2 })] }),
      spec({ deviceModels: 'inbox', disks: [disk({ bus: 'scsi', slot: 8 })] }),
      spec({ generation: 2, firmware: uefi, disks: [disk({ bus: 'ide' })] }),
      spec({ generation: 2, firmware: uefi, disks: [disk({ bus: 'floppy', media: 'floppy' })] }),
    ];
    for (const machine of wrong) {
      assert.throws(
        () => commandLine(layout(machine)),
        (error) => error instanceof DomainError && /\d:\d/.test(error.message),
      );
    }
  });

  test('two devices never share a PCI address', () => {
    for (const generation of [1, 2] as const) {
      const machine = spec({
        generation,
        firmware: generation === 1 ? { kind: 'bios', bootOrder: [], numLock: false } : uefi,
        disks: [0, 1, 2, 3].map((controller) => disk({ id: `d${controller}`, bus: 'scsi', controller })),
        adapters: Array.from({ length: generation === 1 ? 12 : 8 }, (_, index) => nic({ id: `n${index}` })),
      });
      const places = devices(machine).flatMap(({ bus, addr }) =>
        addr === undefined ? [] : [`${String(bus)} ${String(addr)}`],
      );
      assert.equal(new Set(places).size, places.length, places.join('; '));
    }
  });

  test('Windows guests on KVM get enlightenments where they were seen to work, and the clock in local time', () => {
    const windows = spec({ localTimeClock: true });
    const cpu = (changes: Partial<MachineLayout>): unknown =>
      new Map(parse(commandLine(layout(windows, changes)))).get('-cpu');
    assert.equal((cpu({ accelerator: 'kvm', enlightenments: true }) as Record<string, string>)['hv-relaxed'], 'on');
    assert.deepEqual(cpu({ accelerator: 'kvm', enlightenments: false }), { '#0': 'host' });
    assert.deepEqual(cpu({}), { '#0': 'max' });
    assert.deepEqual(new Map(parse(commandLine(layout(windows)))).get('-rtc'), { base: 'localtime' });
  });
});

describe('boot order', () => {
  const index = (machine: MachineSpec, id: string): unknown =>
    devices(machine).find((device) => device['id'] === driveDevice(id))?.['bootindex'];

  test('generation 1: kinds in the order of the BIOS setting, places in theirs', () => {
    const machine = spec({
      firmware: { kind: 'bios', bootOrder: ['disk', 'cd', 'floppy', 'network'], numLock: false },
      disks: [disk({ id: 'b', controller: 1 }), disk({ id: 'c', slot: 1, media: 'cd' }), disk({ id: 'a' })],
    });
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => index(machine, id)),
      [1, 2, 3],
    );
  });

  test('generation 2: exactly the order given; what is not in it is not booted', () => {
    const machine = spec({
      generation: 2,
      firmware: { kind: 'uefi', secureBoot: false, variablesFile: '/v', bootOrder: ['b', 'a', 'b'] },
      disks: ['a', 'b', 'c'].map((id, slot) => disk({ id, bus: 'scsi', slot })),
    });
    assert.deepEqual(
      ['a', 'b', 'c'].map((id) => index(machine, id)),
      [2, 1, undefined],
    );
  });
});
