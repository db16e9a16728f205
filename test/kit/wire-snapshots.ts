import assert from 'node:assert/strict';
import type { InvokeResult } from '../../src/client/cim-client.ts';
import type { Argument } from '../../src/client/envelope.ts';
import { isReference, listOf, numberOf, type Reference, textOf, type WireObject } from '../../src/client/object.ts';
import type { WireHost } from './wire-host.ts';

export const SNAPSHOT_SERVICE = { className: 'Msvm_VirtualSystemSnapshotService' };
const VSSD = 'Msvm_VirtualSystemSettingData';

const text = (object: WireObject, name: string): string => textOf(object.properties[name]) ?? '';

/** Of `merged`, one after the other. */
const RESTING_LOOKS = 4;

/** The snapshot service of a host, as clients use it. Checkpoints are named by their InstanceID. */
export class WireSnapshots {
  readonly #host: WireHost;

  constructor(host: WireHost) {
    this.#host = host;
  }

  settings(instanceId: string): Reference {
    return this.#host.reference(VSSD, { InstanceID: instanceId });
  }

  /** A method as it is answered. */
  invoke(method: string, args: Readonly<Record<string, Argument>>): Promise<InvokeResult> {
    return this.#host.client.invoke(SNAPSHOT_SERVICE, method, args);
  }

  /** A method of the service always answers with a job; that job when it has ended. */
  async job(method: string, args: Readonly<Record<string, Argument>>): Promise<WireObject> {
    const result = await this.invoke(method, args);
    assert.equal(result.returnValue, 4096, method);
    const job = result.out['Job'];
    return this.#host.client.waitForJob(isReference(job) ? job : assert.fail('a job'));
  }

  async done(method: string, args: Readonly<Record<string, Argument>>): Promise<WireObject> {
    const job = await this.job(method, args);
    assert.equal(text(job, 'JobState'), '7', text(job, 'ErrorDescription'));
    return job;
  }

  /** As os-win takes one: the first of the affected settings of the job is the checkpoint. */
  async take(id: string, settings = '', type = 2): Promise<string> {
    const job = await this.done('CreateSnapshot', {
      AffectedSystem: this.#host.system(id),
      SnapshotSettings: settings,
      SnapshotType: type,
    });
    assert.equal(text(job, 'JobType'), '70');
    const [found] = await this.#host.rows(
      `ASSOCIATORS OF {Msvm_ConcreteJob.InstanceID='${text(job, 'InstanceID')}'} WHERE AssocClass = Msvm_AffectedJobElement ResultClass = ${VSSD}`,
    );
    return text(found ?? assert.fail('the job leads to the checkpoint'), 'InstanceID');
  }

  apply(snapshot: string): Promise<WireObject> {
    return this.done('ApplySnapshot', { Snapshot: this.settings(snapshot) });
  }

  destroy(snapshot: string): Promise<WireObject> {
    return this.done('DestroySnapshot', { AffectedSnapshot: this.settings(snapshot) });
  }

  destroyTree(snapshot: string): Promise<WireObject> {
    return this.done('DestroySnapshotTree', { SnapshotSettingData: this.settings(snapshot) });
  }

  /** Through an association from the machine, in the order of the answer. */
  async related(id: string, association: string): Promise<readonly string[]> {
    const rows = await this.#host.rows(
      `ASSOCIATORS OF {Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='${id}'} WHERE AssocClass = ${association} ResultClass = ${VSSD}`,
    );
    return rows.map((row) => text(row, 'InstanceID'));
  }

  list(id: string): Promise<readonly string[]> {
    return this.related(id, 'Msvm_SnapshotOfVirtualSystem');
  }

  /** InstanceID of the parent, by the property Parent; null: none. */
  async parent(instanceId: string): Promise<string | null> {
    const object = await this.#host.client.get(this.settings(instanceId));
    return /InstanceID="([^"]+)"/.exec(text(object, 'Parent'))?.[1] ?? null;
  }

  /** Children by Msvm_ParentChildSettingData. */
  async children(instanceId: string): Promise<readonly string[]> {
    const rows = await this.#host.rows(
      `ASSOCIATORS OF {${VSSD}.InstanceID='${instanceId}'} WHERE AssocClass = Msvm_ParentChildSettingData Role = Antecedent`,
    );
    return rows.map((row) => text(row, 'InstanceID'));
  }

  /** Disk files of a configuration, in order of their settings. */
  async files(instanceId: string): Promise<readonly string[]> {
    const rows = await this.#host.rows(
      `SELECT * FROM Msvm_StorageAllocationSettingData WHERE InstanceID LIKE '${instanceId.replaceAll('\\', '\\\\')}%'`,
    );
    return rows.flatMap((row) => listOf(row.properties['HostResource']).map((value) => textOf(value) ?? ''));
  }

  /**
   * Nothing is merged any more: no job of type 50 runs, and OperationalStatus has no second value, at each of several looks: a
   * merge begins a moment after what it follows from has ended.
   */
  async merged(id: string): Promise<void> {
    let looks = 0;
    await this.#host.until('the disks are merged', async () => {
      const system = await this.#host.client.get(this.#host.system(id));
      const jobs = await this.#host.rows('SELECT * FROM Msvm_ConcreteJob WHERE JobType = 50');
      const busy = jobs.some((job) => numberOf(job.properties['JobState']) < 7);
      const rests = !busy && listOf(system.properties['OperationalStatus']).length === 1;
      looks = rests ? looks + 1 : 0;
      return looks === RESTING_LOOKS;
    });
  }
}
