import { isMeant, NotFoundError, onlyOne } from './by-name.ts';
import { type CimClient, refused } from './cim-client.ts';
import { JobError, MethodError } from './method-error.ts';
import { type Finding, findingsOf } from './findings.ts';
import { awaitJob, finishJob, succeeded } from './jobs.ts';
import type { JobWatch } from './job.ts';
import { disksOnHost } from './host-paths.ts';
import type { DiskOnHost } from './disk-on-host.ts';
import { changeMachine } from './machine-settings.ts';
import { isReference, numberOf, type Reference, textOf } from './object.ts';
import { hostSwitches, type PlanDetails, planDetails } from './plan-details.ts';
import type { ClassName, Exact, Settings } from './schema.ts';
import { instanceText, type InstanceValues, settingsText } from './settings-text.ts';
import { pathText } from './texts.ts';
import { resourceUri } from './uris.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;
const SNAPSHOT_SERVICE = { className: 'Msvm_VirtualSystemSnapshotService' } as const;
const PLANNED = 'Msvm_PlannedComputerSystem';
const SAVED = 6;
/** RequestStateChange of a plan that has a saved state: discards it (planned-systems §5). */
const OFF = 3;

export interface PlannedMachine {
  readonly id: string;
  readonly name: string;
  readonly saved: boolean;
}

/** Planned machines: imported, looked at, corrected, and made real; works against vsms and against Hyper-V. */
export class Plans {
  readonly #client: CimClient;

  constructor(client: CimClient) {
    this.#client = client;
  }

  async list(): Promise<readonly PlannedMachine[]> {
    const found: PlannedMachine[] = [];
    for await (const { properties } of this.#client.query(`SELECT * FROM ${PLANNED}`))
      found.push({
        id: textOf(properties['Name']) ?? '',
        name: textOf(properties['ElementName']) ?? '',
        saved: numberOf(properties['EnabledState']) === SAVED,
      });
    return found.toSorted((a, b) => a.name.localeCompare(b.name));
  }

  /** By name or id. @throws NotFoundError AmbiguousNameError */
  async find(nameOrId: string): Promise<PlannedMachine> {
    const found = (await this.list()).filter((each) => isMeant(each, nameOrId));
    return onlyOne(found, nameOrId, 'planned virtual machine');
  }

  details(id: string): Promise<PlanDetails> {
    return planDetails(this.#client, id);
  }

  /** The files of the plan's disks that are called otherwise on the host. */
  disksOnHost({ active }: PlanDetails): Promise<readonly DiskOnHost[]> {
    const configuration = {
      resourceUri: resourceUri(this.#client.namespace, 'Msvm_VirtualSystemSettingData'),
      selectors: { InstanceID: `Microsoft:${active.id}` },
    };
    return disksOnHost(this.#client, configuration, active.disks);
  }

  /** Resolves to the id of the plan. `snapshots`: folder of the definitions of its checkpoints; null: they are not looked for. */
  async import(file: string, snapshots: string | null, newIdentifier: boolean): Promise<string> {
    const result = await this.#client.run(SERVICE, 'ImportSystemDefinition', {
      SystemDefinitionFile: file,
      SnapshotFolder: snapshots ?? '',
      GenerateNewSystemIdentifier: newIdentifier,
    });
    const plan = result.out['ImportedSystem'];
    if (isReference(plan)) return plan.selectors['Name'] ?? '';
    // A host that imports by a job tells the plan as what the job made.
    const job = result.out['Job'];
    if (isReference(job)) {
      const path = pathText(this.#client.namespace, 'Msvm_ConcreteJob', job.selectors);
      const made = await this.#client.first(`ASSOCIATORS OF {${path}} WHERE ResultClass = ${PLANNED}`);
      if (made !== null) return textOf(made.properties['Name']) ?? '';
    }
    throw new MethodError('ImportSystemDefinition told no planned virtual machine.', 32768, null);
  }

  /** What stands in the way, and what its owner should know. Rejects only where the host could not look. */
  async validate(id: string, watch: JobWatch = {}): Promise<readonly Finding[]> {
    const job = await this.#job('ValidatePlannedSystem', id);
    const ended = await awaitJob(this.#client, job, watch);
    const findings = await this.#findings(job);
    if (findings.length > 0 || succeeded(ended)) return findings;
    throw new JobError(textOf(ended.properties['ErrorDescription']) ?? 'The validation failed.', 32768, ended);
  }

  async #findings(job: Reference): Promise<readonly Finding[]> {
    const { out } = await this.#client.invoke(job, 'GetErrorEx');
    return findingsOf(out['Errors']);
  }

  /** The machine then has the id of the plan. @throws MethodError */
  async realize(id: string, watch: JobWatch = {}): Promise<void> {
    await finishJob(this.#client, await this.#job('RealizePlannedSystem', id), watch);
  }

  async #job(method: 'RealizePlannedSystem' | 'ValidatePlannedSystem', id: string): Promise<Reference> {
    const result = await this.#client.invoke(SERVICE, method, { PlannedSystem: this.reference(id) });
    const job = result.out['Job'];
    if (result.returnValue !== 4096 || !isReference(job)) throw refused(method, result);
    return job;
  }

  /** Files of the import are untouched. */
  async discard(id: string): Promise<void> {
    await this.#client.run(SERVICE, 'DestroySystem', { AffectedSystem: this.reference(id) });
  }

  async discardSavedState(id: string): Promise<void> {
    await this.#client.run(this.reference(id), 'RequestStateChange', { RequestedState: OFF });
  }

  /** A checkpoint of the plan; the others stay. */
  async discardCheckpoint(configuration: string): Promise<void> {
    await this.#client.run(SNAPSHOT_SERVICE, 'DestroySnapshot', {
      AffectedSnapshot: this.#settings(configuration),
    });
  }

  setFile(setting: string, file: string): Promise<void> {
    return this.#modify('Msvm_StorageAllocationSettingData', setting, { HostResource: [file] });
  }

  /** Null: no network. @throws NotFoundError where the host has no switch of that name */
  async connect(setting: string, name: string | null): Promise<void> {
    const connection = 'Msvm_EthernetPortAllocationSettingData';
    if (name === null) return this.#modify(connection, setting, { HostResource: [], EnabledState: 3 });
    const found = (await hostSwitches(this.#client)).find((each) => each.name === name);
    if (found === undefined) throw new NotFoundError(name, 'virtual switch');
    const target = pathText(this.#client.namespace, 'Msvm_VirtualEthernetSwitch', {
      CreationClassName: 'Msvm_VirtualEthernetSwitch',
      Name: found.id,
    });
    return this.#modify(connection, setting, { HostResource: [target], EnabledState: 2 });
  }

  /** In one call: both or none. */
  async setSize(id: string, size: { readonly memoryMb?: number; readonly processors?: number }): Promise<void> {
    await changeMachine(this.#client, (await this.details(id)).active.id, size);
  }

  /** Of the machine and of all its checkpoints. */
  async setRoot(id: string, folder: string): Promise<void> {
    const { active, checkpoints } = await this.details(id);
    for (const configuration of [active, ...checkpoints.filter(({ missing }) => !missing)])
      await this.#client.run(SERVICE, 'ModifySystemSettings', {
        SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
          InstanceID: `Microsoft:${configuration.id}`,
          ConfigurationDataRoot: folder,
          SnapshotDataRoot: folder,
          SwapFileDataRoot: folder,
        }),
      });
  }

  async #modify<C extends ClassName, V extends Settings<C>>(
    className: C,
    setting: string,
    values: Exact<Settings<C>, V>,
  ): Promise<void> {
    await this.#client.run(SERVICE, 'ModifyResourceSettings', {
      ResourceSettings: [instanceText(className, { InstanceID: setting, ...(values as InstanceValues) })],
    });
  }

  reference(id: string): Reference {
    return {
      resourceUri: resourceUri(this.#client.namespace, PLANNED),
      selectors: { CreationClassName: PLANNED, Name: id },
    };
  }

  #settings(configuration: string): Reference {
    return {
      resourceUri: resourceUri(this.#client.namespace, 'Msvm_VirtualSystemSettingData'),
      selectors: { InstanceID: `Microsoft:${configuration}` },
    };
  }
}
