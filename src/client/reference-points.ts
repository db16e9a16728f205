import { type CimClient, type InvokeResult, refused } from './cim-client.ts';
import { MethodError } from './method-error.ts';
import type { Argument } from './envelope.ts';
import { finishJob } from './jobs.ts';
import type { JobWatch } from './job.ts';
import { isReference, listOf, numberOf, type Reference, textOf } from './object.ts';
import type { ObjectOf } from './schema.ts';
import { settingsText } from './settings-text.ts';
import { wqlText } from './texts.ts';
import { resourceUri } from './uris.ts';
import { VirtualMachines } from './virtual-machines.ts';

const SERVICE = { className: 'Msvm_VirtualSystemReferencePointService' } as const;
const SNAPSHOTS = { className: 'Msvm_VirtualSystemSnapshotService' } as const;
const IMAGES = { className: 'Msvm_ImageManagementService' } as const;
const POINT = 'Msvm_VirtualSystemReferencePoint';
/** ReferencePointType of CreateReferencePoint: by resilient change tracking. */
const CHANGE_TRACKING = 1;
/** ConsistencyLevel: file systems at rest, by the agent of the guest; as after a loss of power. */
const CONSISTENCY = { application: 1, crash: 2 } as const;

export type Consistency = keyof typeof CONSISTENCY;

/** A moment of a machine's disks that backups measure changes from. */
export interface ReferencePoint {
  readonly id: string;
  readonly consistency: Consistency;
  /** `Taken 20261128150000.000000+000` of a vsms host. */
  readonly description: string;
  /** Its disks: what tells which one, and what `changes` takes. */
  readonly disks: readonly { readonly disk: string; readonly since: string }[];
}

export interface ChangedRange {
  /** Bytes. */
  readonly offset: number;
  readonly length: number;
}

/** Reference points, in calls of Hyper-V's API. */
export class ReferencePoints {
  readonly #client: CimClient;
  readonly #machines: VirtualMachines;

  constructor(client: CimClient) {
    this.#client = client;
    this.#machines = new VirtualMachines(client);
  }

  /** The oldest first, as far as the host tells when they were taken. */
  async list(machine: string): Promise<readonly ReferencePoint[]> {
    const query = `SELECT * FROM ${POINT} WHERE VirtualSystemIdentifier = ${wqlText(machine)}` as const;
    const found: ReferencePoint[] = [];
    for await (const point of this.#client.query(query)) found.push(pointOf(point));
    return found.toSorted((a, b) => (a.description < b.description ? -1 : 1));
  }

  /** Resolves to the one that was made. @throws MethodError */
  async create(machine: string, consistency: Consistency, watch: JobWatch): Promise<ReferencePoint> {
    const args = {
      AffectedSystem: this.#machines.reference(machine),
      ReferencePointSettings: settingsText('Msvm_VirtualSystemReferencePointSettingData', {
        ConsistencyLevel: CONSISTENCY[consistency],
      }),
      ReferencePointType: CHANGE_TRACKING,
    };
    return this.#made(machine, await this.#run(SERVICE, 'CreateReferencePoint', args, watch));
  }

  /** Turns a recovery checkpoint into a reference point of its id. @throws MethodError */
  async convert(machine: string, checkpoint: string, watch: JobWatch): Promise<ReferencePoint> {
    const args = {
      AffectedSnapshot: this.#machines.settingsReference(checkpoint),
      ReferencePointSettings: '',
    };
    return this.#made(machine, await this.#run(SNAPSHOTS, 'ConvertToReferencePoint', args, watch));
  }

  /** Its disks are merged. @throws MethodError */
  async delete(machine: string, point: string, watch: JobWatch): Promise<void> {
    const reference: Reference = {
      resourceUri: resourceUri(this.#client.namespace, POINT),
      selectors: { InstanceID: `Microsoft:${point}`, VirtualSystemIdentifier: machine },
    };
    await this.#run(SERVICE, 'DestroyReferencePoint', { AffectedReferencePoint: reference }, watch);
  }

  /**
   * What an image holds that was not there at a point; `since` is of one of its disks. Stretches are told whole, however
   * many calls that takes. @throws MethodError
   */
  async *changes(path: string, since: string): AsyncGenerator<ChangedRange> {
    const args = { Path: path, LimitId: since, TargetSnapshotId: '', ByteLength: String(Number.MAX_SAFE_INTEGER) };
    for (let from = 0; ; ) {
      const { out } = await this.#client.run(IMAGES, 'GetVirtualDiskChanges', { ...args, ByteOffset: String(from) });
      const lengths = listOf(out['ChangedByteLengths']).map((value) => Number(textOf(value)));
      for (const [index, offset] of listOf(out['ChangedByteOffsets']).entries())
        yield { offset: Number(textOf(offset)), length: lengths[index] ?? 0 };
      const processed = numberOf(out['ProcessedByteLength']);
      if (!(processed > 0)) return;
      from += processed;
    }
  }

  async #made(machine: string, { out }: InvokeResult): Promise<ReferencePoint> {
    const made = out['ResultingReferencePoint'];
    const id = isReference(made) ? idOf(made.selectors['InstanceID'] ?? '') : '';
    const found = (await this.list(machine)).find((point) => point.id === id);
    if (found === undefined) throw new MethodError('The reference point is not there.', 0, null);
    return found;
  }

  async #run(
    service: { readonly className: string },
    method: string,
    args: Readonly<Record<string, Argument>>,
    watch: JobWatch,
  ): Promise<InvokeResult> {
    const result = await this.#client.invoke(service, method, args);
    const job = result.out['Job'];
    if (result.returnValue !== 4096 || !isReference(job)) throw refused(method, result);
    await finishJob(this.#client, job, watch);
    return result;
  }
}

const idOf = (instanceId: string): string => instanceId.replace(/^Microsoft:/i, '').toUpperCase();

type Point = ObjectOf<'Msvm_VirtualSystemReferencePoint'>;

const pointOf = ({ properties }: Point): ReferencePoint => {
  const texts = (name: keyof Point['properties']): readonly string[] =>
    listOf(properties[name]).map((value) => textOf(value) ?? '');
  const since = texts('ResilientChangeTrackingIdentifiers');
  return {
    id: idOf(textOf(properties['InstanceID']) ?? ''),
    consistency: numberOf(properties['ConsistencyLevel']) === CONSISTENCY.application ? 'application' : 'crash',
    description: textOf(properties['Description']) ?? '',
    disks: texts('VirtualDiskIdentifiers').map((disk, index) => ({ disk, since: since[index] ?? '' })),
  };
};
