import { INTEROP } from '../../cim/discovery/discovery.ts';
import { RowAssociation, RowProvider } from '../../cim/discovery/row-provider.ts';
import { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { OperationContext } from '../../cim/operations.ts';
import { samePath } from '../../cim/path/compare-paths.ts';
import type { AssociationProvider, InstanceProvider } from '../../cim/provider.ts';
import type { CimClass, ClassRepository } from '../../cim/schema.ts';
import type { CimValues } from '../../cim/values.ts';
import type { EntitySet } from '../entity.ts';

const PROFILE = 'Msvm_RegisteredProfile';
const CONFORMS = 'Msvm_StandaloneV2ElementConformsToProfile';
const DMTF = 2;
const NOT_ADVERTISED = 2;

/** The profiles of DMTF whose classes root\virtualization\v2 derives from: DSP1042 and, within it, DSP1057. */
const PROFILES = { systemVirtualization: 'System Virtualization', virtualSystem: 'Virtual System' } as const;

const profile = (name: string): CimValues => ({
  InstanceID: `Microsoft:DMTF|${name}|1.0.0`,
  ElementName: name,
  Caption: `${name} Profile`,
  RegisteredName: name,
  RegisteredOrganization: DMTF,
  RegisteredVersion: '1.0.0',
  AdvertiseTypes: [NOT_ADVERTISED],
});

/** What the service conforms to, and which machines show it (wire-cimxml §7). `systems` are the machines of v2. */
export function profileProviders(
  repository: ClassRepository,
  systems: readonly EntitySet[],
): readonly InstanceProvider[] {
  const profiles = new RowProvider(repository, INTEROP, PROFILE, Object.values(PROFILES).map(profile));
  const [virtualization, virtualSystem] = profiles.instances.map((instance) => instance.path());
  const within = new RowAssociation(repository, INTEROP, 'Msvm_ReferencedProfile', [
    { Antecedent: virtualSystem ?? null, Dependent: virtualization ?? null },
  ]);
  return [profiles, within, new Conformance(repository, systems, virtualSystem as ObjectPath)];
}

/** Every machine conforms to the profile of virtual systems. */
class Conformance implements AssociationProvider {
  readonly namespace = INTEROP;
  readonly className = CONFORMS;
  readonly #class: CimClass;
  readonly #systems: readonly EntitySet[];
  readonly #profile: ObjectPath;

  constructor(repository: ClassRepository, systems: readonly EntitySet[], virtualSystem: ObjectPath) {
    const cimClass = repository.namespace(INTEROP)?.class(CONFORMS);
    if (cimClass === undefined) throw new Error(`the schema has no class ${CONFORMS}`);
    this.#class = cimClass;
    this.#systems = systems;
    this.#profile = virtualSystem;
  }

  *enumerate(): Generator<CimInstance> {
    for (const set of this.#systems) for (const entity of set.entities()) yield this.#link(set.path(entity));
  }

  get(_context: OperationContext, path: ObjectPath): CimInstance | undefined {
    const [standard, element] = [path.key('ConformantStandard'), path.key('ManagedElement')];
    if (typeof standard !== 'object' || !samePath(standard, this.#profile)) return undefined;
    return typeof element === 'object' ? this.#ofSystem(element) : undefined;
  }

  *referencing(_context: OperationContext, source: ObjectPath): Generator<CimInstance> {
    if (samePath(source, this.#profile)) yield* this.enumerate();
  }

  #ofSystem(path: ObjectPath): CimInstance | undefined {
    for (const set of this.#systems) {
      const entity = set.className === path.className ? set.find(path) : undefined;
      if (entity !== undefined) return this.#link(set.path(entity));
    }
    return undefined;
  }

  #link(system: ObjectPath): CimInstance {
    return new CimInstance(this.#class, { ConformantStandard: this.#profile, ManagedElement: system });
  }
}
