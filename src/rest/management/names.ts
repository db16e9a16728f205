import { ObjectPath } from '../../cim/object-path.ts';

/** The namespace that REST is a projection of. */
export const V2 = 'root\\virtualization\\v2';

/** Services are the only instance of their class. */
const service = (className: string): ObjectPath => new ObjectPath(null, null, className, new Map());

export const MANAGEMENT_SERVICE = service('Msvm_VirtualSystemManagementService');
export const SNAPSHOT_SERVICE = service('Msvm_VirtualSystemSnapshotService');
export const REFERENCE_POINT_SERVICE = service('Msvm_VirtualSystemReferencePointService');
export const FORK_SERVICE = service('Vsms_SnapshotForkService');
export const IMAGE_SERVICE = service('Msvm_ImageManagementService');
export const PATH_SERVICE = service('Vsms_PathService');
export const SWITCH_SERVICE = service('Msvm_VirtualEthernetSwitchManagementService');

export const SYSTEM = 'Msvm_ComputerSystem';
export const PLAN = 'Msvm_PlannedComputerSystem';
export const SYSTEM_SETTING = 'Msvm_VirtualSystemSettingData';

export const systemPath = (className: typeof SYSTEM | typeof PLAN, id: string): ObjectPath =>
  ObjectPath.of(className, { CreationClassName: className, Name: id });

export const settingPath = (className: string, instanceId: string): ObjectPath =>
  ObjectPath.of(className, { InstanceID: instanceId });

/** Settings of a machine or of a checkpoint. */
export const configurationPath = (id: string): ObjectPath => settingPath(SYSTEM_SETTING, `Microsoft:${id}`);

/** A WQL string literal. */
export const wqlText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
