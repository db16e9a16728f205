import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { VirtualSystem } from '../../../core/model.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { SystemPartEntity } from '../entities.ts';
import {
  configurationInstanceId,
  configurationOfPrefix,
  parseInstanceId,
  settingInstanceId,
} from '../settings/instance-id.ts';

/** Objects that every system has one of, under the InstanceID of its VSSD or a part below it (object-model §1). */
interface PartRow {
  readonly className: string;
  readonly values: CimValues;
  /** What follows the InstanceID of the VSSD. */
  readonly part?: string;
}

const PARTS: Readonly<Record<SystemPartEntity['kind'], PartRow>> = {
  exportSetting: {
    className: 'Msvm_VirtualSystemExportSettingData',
    values: {
      Caption: 'Virtual System Export Setting Data',
      Description: 'Settings for the export of a virtual machine',
      ElementName: 'Virtual System Export Setting Data',
      CopySnapshotConfiguration: 0,
      CopyVmRuntimeInformation: true,
      CopyVmStorage: true,
      CreateVmExportSubdirectory: false,
      CaptureLiveState: 1,
      BackupIntent: 0,
      DisableDifferentialOfIgnoredStorage: false,
      ExportForLiveMigration: false,
      ExcludedVirtualHardDisks: [],
    },
  },
  mergeSetting: {
    className: 'Msvm_DiskMergeSettingData',
    values: { Description: 'Settings for the merging of disks', EnabledState: 1 },
  },
  // Of a machine that is not replicated, as all are: readable, and nothing to set.
  replicationSetting: {
    className: 'Msvm_ReplicationSettingData',
    values: { Description: 'Settings for the replication of the virtual machine', ElementName: 'Replication Settings' },
    part: String.raw`HVR\0`,
  },
  systemCapabilities: {
    className: 'Msvm_VirtualSystemCapabilities',
    // The requests of RequestStateChange (lifecycle §2).
    values: {
      RequestedStatesSupported: [2, 3, 4, 6, 9, 10, 11],
      ElementNameEditSupported: true,
      MaxElementNameLen: 100,
    },
  },
};

export const SYSTEM_PART_KINDS = Object.keys(PARTS) as SystemPartEntity['kind'][];

export const systemPartEntity = (kind: SystemPartEntity['kind'], system: VirtualSystem): SystemPartEntity => ({
  kind,
  className: PARTS[kind].className,
  system,
});

const ownValues = ({ kind, system }: SystemPartEntity): CimValues => {
  // 0: merges of checkpoint disks wait (ModifyDiskMergeSettings, management-service §2).
  if (kind === 'mergeSetting' && system.extras?.mergesHeldBack === true) return { EnabledState: 0 };
  return kind === 'replicationSetting' ? { VirtualSystemIdentifier: system.id } : {};
};

export class SystemPartSet implements EntitySet<SystemPartEntity> {
  readonly kind: SystemPartEntity['kind'];
  readonly className: string;
  readonly #projection: Projection;

  constructor(projection: Projection, kind: SystemPartEntity['kind']) {
    this.#projection = projection;
    this.kind = kind;
    this.className = PARTS[kind].className;
  }

  *entities(): Iterable<SystemPartEntity> {
    for (const system of this.#projection.graph.systems()) yield systemPartEntity(this.kind, system);
  }

  find(path: ObjectPath): SystemPartEntity | undefined {
    const id = path.key('InstanceID');
    const parsed = typeof id === 'string' ? parseInstanceId(id) : null;
    if (parsed === null || parsed.part?.toUpperCase() !== PARTS[this.kind].part) return undefined;
    return this.#ofSystem(parsed.configuration)[0];
  }

  path(entity: SystemPartEntity): ObjectPath {
    return this.#projection.path(this.className, { InstanceID: this.#instanceId(entity) });
  }

  instance(entity: SystemPartEntity): CimInstance {
    return this.#projection
      .shape(this.className, '', () => PARTS[this.kind].values)
      .make({ InstanceID: this.#instanceId(entity), ...ownValues(entity) });
  }

  candidates(property: string, _match: Match, value: string): Iterable<SystemPartEntity> | undefined {
    const id = property === 'instanceid' ? configurationOfPrefix(value) : null;
    return id === null ? undefined : this.#ofSystem(id);
  }

  #instanceId({ system }: SystemPartEntity): string {
    const { part } = PARTS[this.kind];
    return part === undefined ? configurationInstanceId(system.id) : settingInstanceId(system.id, part);
  }

  #ofSystem(id: string): readonly SystemPartEntity[] {
    const system = this.#projection.graph.system(id);
    return system === undefined ? [] : [systemPartEntity(this.kind, system)];
  }
}
