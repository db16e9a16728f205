import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Reference, textOf } from '../../src/client/object.ts';
import { type SettingInput, settingsText } from '../../src/client/settings-text.ts';
import { setDeviceModels } from '../../src/client/transfer.ts';
import { SECURITY_PART } from '../../src/core/devices/security.ts';
import { MESSAGE } from '../../src/core/plans/findings/finding.ts';
import { writeContainer } from '../../src/hvfile/container/write.ts';
import type { MachineDefinition } from '../../src/hvfile/definition/definition.ts';
import { writeDefinition } from '../../src/hvfile/definition/write-definition.ts';
import { node } from '../../src/hvfile/tree.ts';
import { adapterOn, checkpoint, diskAt, DISKS, isoAt, memoryOf, onDisks, plain, put } from '../core/plans/plan-kit.ts';
import { bytes } from '../hvfile/kit.ts';
import { childDisk, type HyperVFormat, plainDisk } from '../kit/differencing-disks.ts';
import { PlanSteps } from '../kit/plan-steps.ts';
import { WireHost } from '../kit/wire-host.ts';
import { qemuImg } from '../vhd/fixtures.ts';

const EPASD = 'Msvm_EthernetPortAllocationSettingData';
const SASD = 'Msvm_StorageAllocationSettingData';
const VSSD = 'Msvm_VirtualSystemSettingData';
const SYSTEM = plain().system;
const PART = '1A5E8D1B-3C5F-4B7A-9E64-2D1C7F80B6A3';
const SNAPSHOT = '11111111-1111-4111-8111-111111111111';

/** The folder of an export, as a row makes it and as the test has it imported. */
interface Export {
  readonly id: string;
  readonly linux: string;
  readonly windows: string;
  readonly plan: Reference;
}

/** One finding: an export that has it and nothing else to complain of, and what takes it away, over the wire. */
interface Row {
  readonly definition?: Partial<MachineDefinition>;
  readonly blocking?: false;
  /** What else lies in the folder, before it is imported. */
  readonly prepare?: (folder: string, id: string) => Promise<unknown>;
  /** The plan that was imported anew, where that is the way. */
  readonly fix: (made: Export) => Promise<unknown>;
}

const isPlan = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && 'resourceUri' in value;

describe('each finding of a plan, provoked and mended over the wire', () => {
  let host: WireHost;
  let plans: PlanSteps;
  before(async () => {
    host = await WireHost.open('simulated');
    plans = new PlanSteps(host);
  });
  after(() => host[Symbol.asyncDispose]());

  const device = async ({ plan }: Export, className: string): Promise<string> => {
    const [found] = await plans.devices(await plans.settingsOf(plan), className);
    return textOf(found?.properties['InstanceID']) ?? assert.fail(className);
  };
  const change =
    (className: string, values: Readonly<Record<string, SettingInput>>) =>
    async (made: Export): Promise<unknown> =>
      plans.modify(className, await device(made, className), values);
  const remove =
    (className: string) =>
    async (made: Export): Promise<unknown> =>
      host.call('RemoveResourceSettings', {
        ResourceSettings: [host.reference(className, { InstanceID: await device(made, className) })],
      });
  const settings =
    (values: (made: Export) => Readonly<Record<string, SettingInput>>) =>
    async (made: Export): Promise<unknown> => {
      const now = await plans.settingsOf(made.plan);
      const InstanceID = textOf(now.properties['InstanceID']) ?? '';
      return host.call('ModifySystemSettings', { SystemSettings: settingsText(VSSD, { InstanceID, ...values(made) }) });
    };
  const discard = async ({ plan }: Export): Promise<void> => {
    assert.equal((await host.client.invoke(plan, 'RequestStateChange', { RequestedState: 3 })).returnValue, 0);
  };
  const beside = (folder: string, id: string, ending: string): string => join(folder, 'Virtual Machines', id + ending);

  const write = (folder: string, definition: MachineDefinition): Promise<string> =>
    put(beside(folder, definition.id, '.vmcx'), writeContainer(writeDefinition(definition)));

  /** Nothing on this side mends it: the source host does, and it is imported anew. */
  const again =
    (mended: Partial<MachineDefinition>) =>
    async ({ plan, linux, windows, id }: Export): Promise<Reference> => {
      await plans.destroy(plan);
      await write(linux, plain({ id, ...mended }));
      return plans.import(`${windows}\\Virtual Machines\\${id}.vmcx`, false);
    };

  const rows: Readonly<Record<keyof typeof MESSAGE, Row>> = {
    switchMissing: {
      definition: { adapters: [adapterOn('99999999-9999-4999-8999-999999999999', 'Lab net')] },
      fix: change(EPASD, { EnabledState: 3 }),
    },
    savedState: {
      prepare: (folder, id) =>
        put(
          beside(folder, id, '.vmrs'),
          writeContainer(
            node('', [node('savedstate', [node('savedVM', [bytes('partition_state', Buffer.alloc(9))])])]),
          ),
        ),
      fix: discard,
    },
    attachment: {
      definition: onDisks(isoAt(1, 'D:\\iso\\setup.iso')),
      fix: remove(SASD),
    },
    identifier: {
      prepare: (_, id) => host.define({ ElementName: 'first', VirtualSystemIdentifier: id }),
      fix: ({ id }) => host.machines.delete(id),
    },
    snapshotMissing: {
      definition: { snapshots: { items: [{ id: SNAPSHOT, parent: null }], parent: SNAPSHOT } },
      fix: async ({ plan, linux, windows }) => {
        const found = checkpoint(SNAPSHOT, 'first', 'disk.raw');
        await put(join(linux, 'Snapshots', `${SNAPSHOT}.vmcx`), writeContainer(writeDefinition(found)));
        assert.equal((await plans.importSnapshots(plan, `${windows}\\Snapshots`)).length, 1);
      },
    },
    diskMissing: {
      definition: onDisks(diskAt(0, 'D:\\VMs\\disk.raw')),
      fix: (made) => change(SASD, { HostResource: [`${made.windows}\\${DISKS}\\disk.raw`] })(made),
    },
    diskChain: {
      definition: onDisks(diskAt(0, `${DISKS}\\top.qcow2`)),
      prepare: async (folder) => {
        const base = await put(join(folder, DISKS, 'base.raw'), Buffer.alloc(65_536));
        await qemuImg('create', '-q', '-f', 'qcow2', '-b', 'base.raw', '-F', 'raw', join(folder, DISKS, 'top.qcow2'));
        await rm(base);
      },
      fix: ({ linux }) => put(join(linux, DISKS, 'base.raw'), Buffer.alloc(65_536)),
    },
    version: { definition: { system: { ...SYSTEM, Version: '20.1' } }, fix: again({}) },
    dataRoot: {
      definition: { system: { ...SYSTEM, ConfigurationDataRoot: 'E:\\VMs' } },
      fix: settings(({ windows }) => ({ ConfigurationDataRoot: windows })),
    },
    memory: {
      definition: { memory: { VirtualQuantity: 4_194_304n, Reservation: 4_194_304n, Limit: 4_194_304n } },
      blocking: false,
      fix: change('Msvm_MemorySettingData', { VirtualQuantity: 1024 }),
    },
    processors: {
      definition: { processor: { VirtualQuantity: 4096n } },
      fix: change('Msvm_ProcessorSettingData', { VirtualQuantity: 2 }),
    },
    hardware: {
      definition: { others: [{ kind: 'pciExpress', part: PART, parent: null, values: {} }] },
      fix: remove('Msvm_PciExpressSettingData'),
    },
    security: {
      definition: {
        others: [{ kind: 'security', part: SECURITY_PART, parent: null, values: { ShieldingRequested: true } }],
      },
      fix: again({}),
    },
    configurationFile: {
      definition: {},
      prepare: (folder, id) => put(beside(join(folder, '..', `taken-${id}`), id, '.vmcx'), 'of somebody else'),
      fix: settings(({ windows }) => ({ ConfigurationDataRoot: windows })),
    },
    // With 90013: firmware that is not ours is that of a machine that is not ours.
    guestState: { definition: { own: null }, blocking: false, fix: again({}) },
    deviceModels: {
      definition: { own: { absent: [], deviceModels: 'inbox' } },
      blocking: false,
      // A machine has it changed when its guest has the drivers; the plan of its next export has no such finding.
      fix: async ({ plan, id }) => {
        assert.equal(await plans.realize(plan), id);
        await setDeviceModels(host.client, host.system(id), 'virtio');
        const file = await plans.export(id, 'deviceModels-virtio');
        await host.machines.delete(id);
        return plans.import(file, false);
      },
    },
    setting: {
      definition: { system: { ...SYSTEM, AutomaticStartupAction: 77 } },
      fix: settings(() => ({ AutomaticStartupAction: 4 })),
    },
    resumes: {
      prepare: (folder, id) => put(beside(folder, id, '.vmstate'), memoryOf()),
      blocking: false,
      fix: discard,
    },
    parentChanged: {
      definition: onDisks(diskAt(0, `${DISKS}\\top.avhd`)),
      blocking: false,
      prepare: async (folder) => {
        const disks = join(folder, DISKS);
        const base = await plainDisk('vhd', join(disks, 'base.vhd'), join(disks, 'disk.raw'));
        await childDisk('vhd', join(disks, 'top.avhd'), base, [[0, Buffer.alloc(512, 'child')]]);
        await utimes(base, new Date(), new Date(Date.UTC(2024, 1, 29, 12)));
      },
      fix: async ({ windows }) =>
        host.client.run({ className: 'Msvm_ImageManagementService' }, 'SetParentVirtualHardDisk', {
          ChildPath: `${windows}\\${DISKS}\\top.avhd`,
          ParentPath: `${windows}\\${DISKS}\\base.vhd`,
          IgnoreIDMismatch: false,
        }),
    },
    diskShared: {
      blocking: false,
      prepare: async (_, id) => {
        const { windows } = plans.folder('diskShared');
        await plans.realize(await plans.import(`${windows}\\Virtual Machines\\${id}.vmcx`, true));
      },
      fix: async (made) => {
        await put(join(made.linux, 'copies', 'disk.raw'), Buffer.alloc(65_536));
        return change(SASD, { HostResource: [`${made.windows}\\copies\\disk.raw`] })(made);
      },
    },
  };

  /** Another disk under the name of the parent, or the parent after it was written to (hyperv-files §4). */
  const staleOver = (format: HyperVFormat): Row => ({
    definition: onDisks(diskAt(0, `${DISKS}\\top.a${format}`)),
    prepare: async (folder) => {
      const disks = join(folder, DISKS);
      const base = await plainDisk(format, join(disks, `base.${format}`), join(disks, 'disk.raw'));
      await childDisk(format, join(disks, `top.a${format}`), base, [[0, Buffer.alloc(512, 'child')]]);
      await rename(base, join(disks, 'kept'));
      await plainDisk(format, base, join(disks, 'disk.raw'));
    },
    fix: ({ linux }) => rename(join(linux, DISKS, 'kept'), join(linux, DISKS, `base.${format}`)),
  });

  const others: readonly (readonly [name: string, of: keyof typeof MESSAGE, row: Row])[] = [
    ['stale VHDX parent', 'diskChain', staleOver('vhdx')],
    ['stale VHD parent', 'diskChain', staleOver('vhd')],
  ];
  const all = Object.entries(rows).map(([name, row]) => [name, name as keyof typeof MESSAGE, row] as const);
  for (const [title, name, row] of [...all, ...others])
    test(`${MESSAGE[name]} ${title}`, async () => {
      const id = randomUUID().toUpperCase();
      const { linux, windows } = plans.folder(title);
      const definition = plain({ id, ...row.definition });
      await write(linux, definition);
      await put(join(linux, DISKS, 'disk.raw'), Buffer.alloc(65_536));
      await row.prepare?.(linux, id);
      const plan = await plans.import(`${windows}\\Virtual Machines\\${id}.vmcx`, false);
      const made = { id, linux, windows, plan };
      if (name === 'configurationFile')
        await settings(() => ({ ConfigurationDataRoot: windows.replace(title, `taken-${id}`) }))(made);
      const { state, findings } = await plans.validate(plan);
      const numbers = name === 'guestState' ? [MESSAGE.guestState, MESSAGE.deviceModels] : [MESSAGE[name]];
      assert.deepEqual([state, [...findings.keys()]], [row.blocking === false ? 32768 : 10, numbers]);
      for (const text of findings.values()) {
        assert.match(text, /NAME="ErrorSource"[^>]*><VALUE>[^<]+</);
        assert.match(text, /NAME="RecommendedActions"/);
      }
      const [text = ''] = findings.values();
      if (row === rows.parentChanged)
        assert.match(text, /base\.vhd was last changed at 2024-02-29 12:00:00 UTC, and top\.avhd was made when/);
      if (title.startsWith('stale')) assert.match(text, /base\.vhdx? is not the parent of top\.avhdx? as it was when/);
      if (row.blocking !== false) assert.deepEqual([...(await plans.cannotRealize(plan)).keys()], numbers);
      const other = await row.fix(made);
      const mended = isPlan(other) ? other : plan;
      assert.deepEqual(await plans.validate(mended), { state: 7, findings: new Map() });
      assert.equal(await plans.realize(mended), id);
      await host.machines.delete(id);
    });
});
