import type { InstanceProvider } from '../provider.ts';
import type { ClassRepository } from '../schema.ts';
import type { CimValues } from '../values.ts';
import { RowAssociation, RowProvider } from './row-provider.ts';

export const INTEROP = 'root\\interop';

export interface ServerIdentity {
  readonly repository: ClassRepository;
  readonly hostName: string;
  /** Name and words of this CIM server for people. */
  readonly elementName: string;
  readonly description: string;
}

const MANAGER = 'CIM_ObjectManager';
const SYSTEM = 'CIM_ComputerSystem';

/** What a generic client asks first: which server this is and which namespaces it has (wire-cimxml §7). */
export function discoveryProviders(identity: ServerIdentity): readonly InstanceProvider[] {
  const { repository, hostName } = identity;
  const managerName = `vsms:${hostName}`;
  const system: CimValues = { SystemCreationClassName: SYSTEM, SystemName: hostName };
  const manager = new RowProvider(repository, INTEROP, MANAGER, [
    {
      ...system,
      CreationClassName: MANAGER,
      Name: managerName,
      ElementName: identity.elementName,
      Description: identity.description,
      Caption: identity.elementName,
      Started: true,
      EnabledState: 2,
      GatherStatisticalData: false,
    },
  ]);
  const namespaces = new RowProvider(
    repository,
    INTEROP,
    'CIM_Namespace',
    repository.namespaces.map(
      ({ name }): CimValues => ({
        ...system,
        ObjectManagerCreationClassName: MANAGER,
        ObjectManagerName: managerName,
        CreationClassName: 'CIM_Namespace',
        Name: name.replaceAll('\\', '/'),
        ElementName: name.replaceAll('\\', '/'),
        ClassType: 0,
      }),
    ),
  );
  const [server] = manager.instances;
  const links = new RowAssociation(
    repository,
    INTEROP,
    'CIM_NamespaceInManager',
    namespaces.instances.map((one): CimValues => ({ Antecedent: server?.path() ?? null, Dependent: one.path() })),
  );
  return [manager, namespaces, links];
}
