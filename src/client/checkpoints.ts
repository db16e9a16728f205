import { type Arguments, type CimClient, type InvokeResult, refused } from './cim-client.ts';
import type { MachineCheckpoints } from './host.ts';
import type { JobWatch } from './job.ts';
import { Images } from './images.ts';
import { finishJob } from './jobs.ts';
import { MethodError } from './method-error.ts';
import { isReference, listOf, numberOf, textOf } from './object.ts';
import { disksOf } from './plan-details.ts';
import type { DefaultNamespace, InputOf, MethodOf } from './schema.ts';
import { settingsText } from './settings-text.ts';
import { VirtualMachines } from './virtual-machines.ts';
import { type Checkpoint, type CheckpointType, madeSince } from './machine.ts';

type SnapshotService = 'Msvm_VirtualSystemSnapshotService';
const SERVICE = { className: 'Msvm_VirtualSystemSnapshotService' } as const;
/** Not of Hyper-V: only a vsms host has it. */
const FORKS = { className: 'Vsms_SnapshotForkService' } as const;
const MANAGEMENT = { className: 'Msvm_VirtualSystemManagementService' } as const;
/** SnapshotType (spec snapshots §2). */
const TYPES: Readonly<Record<CheckpointType, number>> = { standard: 2, disk: 3, recovery: 32768 };

export interface ForkOptions {
  readonly count: number;
  /** They are called this and a number; missing: the name of the machine. */
  readonly name?: string;
  readonly start: boolean;
  readonly disconnected: boolean;
  readonly overcommit: boolean;
}

/** What people do with checkpoints, in calls of Hyper-V's API. */
export class Checkpoints implements MachineCheckpoints {
  readonly #client: CimClient;
  readonly #machines: VirtualMachines;

  constructor(client: CimClient) {
    this.#client = client;
    this.#machines = new VirtualMachines(client);
  }

  /** Resolves to the checkpoint that was made. */
  async create(
    machine: string,
    options: { readonly name?: string; readonly notes?: string; readonly type: CheckpointType },
    watch: JobWatch,
  ): Promise<Checkpoint> {
    const before = await this.#machines.checkpoints(machine);
    const named = {
      ...(options.name === undefined ? {} : { ElementName: options.name }),
      ...(options.notes === undefined ? {} : { Notes: [options.notes] }),
    };
    await this.#run(
      'CreateSnapshot',
      {
        AffectedSystem: this.#machines.reference(machine),
        SnapshotSettings: Object.keys(named).length === 0 ? '' : settingsText('Msvm_VirtualSystemSettingData', named),
        SnapshotType: TYPES[options.type],
      },
      watch,
    );
    return madeSince(before, await this.#machines.checkpoints(machine));
  }

  apply(checkpoint: string, watch: JobWatch): Promise<void> {
    return this.#run('ApplySnapshot', { Snapshot: this.#machines.settingsReference(checkpoint) }, watch);
  }

  /** `tree`: with all that descend from it. */
  delete(checkpoint: string, tree: boolean, watch: JobWatch): Promise<void> {
    const reference = this.#machines.settingsReference(checkpoint);
    return tree
      ? this.#run('DestroySnapshotTree', { SnapshotSettingData: reference }, watch)
      : this.#run('DestroySnapshot', { AffectedSnapshot: reference }, watch);
  }

  /** Machines that go on from the checkpoint; their ids. */
  async fork(checkpoint: string, options: ForkOptions, watch: JobWatch): Promise<readonly string[]> {
    const { count, name, start, disconnected, overcommit } = options;
    const result = await this.#client.invoke(FORKS, 'ForkSnapshot', {
      Snapshot: this.#machines.settingsReference(checkpoint),
      Count: count,
      ...(name === undefined ? {} : { ElementName: name }),
      Start: start,
      Disconnected: disconnected,
      Overcommit: overcommit,
    });
    const job = result.out['Job'];
    if (result.returnValue !== 4096 || !isReference(job)) throw refused('ForkSnapshot', result);
    await finishJob(this.#client, job, watch);
    return listOf(result.out['ResultingSystems']).flatMap((system) =>
      isReference(system) ? (system.selectors['Name'] ?? []) : [],
    );
  }

  async rename(checkpoint: string, name: string): Promise<void> {
    await this.#client.run(MANAGEMENT, 'ModifySystemSettings', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        InstanceID: `Microsoft:${checkpoint}`,
        ElementName: name,
      }),
    });
  }

  /** The checkpoint that the machine as it is now descends from; null: none. */
  async currentParent(machine: string): Promise<string | null> {
    const { properties } = await this.#client.get(this.#machines.settingsReference(machine));
    return /Microsoft:([0-9A-F-]{36})/i.exec(textOf(properties['Parent']) ?? '')?.[1]?.toUpperCase() ?? null;
  }

  /** Bytes that a checkpoint takes besides its disks: memory, firmware, definition. */
  async size(checkpoint: string): Promise<number> {
    const { out } = await this.#client.run(MANAGEMENT, 'GetSizeOfSystemFiles', {
      Vssd: this.#machines.settingsReference(checkpoint),
    });
    return numberOf(out['Size']);
  }

  async diskSize(machine: string, checkpoint: string | null): Promise<number | null> {
    const images = new Images(this.#client);
    const disks = (await disksOf(this.#client, checkpoint ?? machine)).filter(({ kind }) => kind === 'disk');
    try {
      let bytes = 0;
      for (const { file } of disks) bytes += await images.fileBytes(file);
      return bytes;
    } catch (error) {
      if (error instanceof MethodError) return null;
      throw error;
    }
  }

  async #run<M extends MethodOf<DefaultNamespace, SnapshotService>>(
    method: M,
    // oxlint-disable-next-line typescript/no-generated-empty-object-type -- of one method it has names
    args: Arguments<InputOf<DefaultNamespace, SnapshotService, M>>,
    watch: JobWatch,
  ): Promise<void> {
    const result: InvokeResult = await this.#client.invoke<SnapshotService, M>(SERVICE, method, args);
    const job = result.out['Job'];
    if (result.returnValue === 0) return;
    if (result.returnValue === 4096 && isReference(job)) return finishJob(this.#client, job, watch);
    throw refused(method, result);
  }
}
