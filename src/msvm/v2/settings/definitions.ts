import type { CimInstance } from '../../../cim/instance.ts';
import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import { SECURE_BOOT_TEMPLATES, SUPPORTED_VERSIONS, SYSTEM_DEFAULTS } from '../../../core/systems/system-defaults.ts';
import type { Entity, EntitySet, Match } from '../../entity.ts';
import { NEVER } from '../../never.ts';
import type { Projection } from '../../projection.ts';
import { configurationOfPrefix } from './instance-id.ts';
import { SYSTEM_SETTING } from './system-setting.ts';

/** A VSSD that is no system's: the defaults of a new one, a version, a secure boot template (object-model §4). */
export interface DefinitionEntity extends Entity {
  readonly kind: 'definition';
  /** InstanceID. */
  readonly id: string;
  readonly role: 'default' | 'version' | 'secureBoot';
  readonly values: CimValues;
}

const PREFIX = 'Microsoft:Definition\\VirtualSystem\\';

const definition = (id: string, role: DefinitionEntity['role'], values: CimValues): DefinitionEntity => ({
  kind: 'definition',
  className: SYSTEM_SETTING,
  id: PREFIX + id,
  role,
  values,
});

const SECURE_BOOT_TEXTS: Readonly<Record<keyof typeof SECURE_BOOT_TEMPLATES, string>> = {
  MicrosoftWindows: 'Secure Boot Template for Microsoft Windows',
  MicrosoftUEFICertificateAuthority: 'Secure Boot Template for the Microsoft UEFI Certificate Authority',
  OpenSourceShieldedVM: 'Secure Boot Template for open source shielded virtual machines',
};

/** ElementNames are texts that no client gives a machine: one query on the class returns both (object-model §4). */
export const DEFINITIONS: readonly DefinitionEntity[] = [
  definition('Default', 'default', {
    ElementName: 'Virtual Machine Default Settings',
    Description: 'Describes the default settings for a new virtual machine.',
  }),
  ...SUPPORTED_VERSIONS.map((version) =>
    definition(`Version\\${version}`, 'version', {
      ElementName: `Virtual Machine Version ${version}`,
      Description: `Virtual machine version ${version}`,
      Version: version,
    }),
  ),
  ...Object.entries(SECURE_BOOT_TEMPLATES).map(([name, id]) =>
    definition(`SecureBootTemplate\\${id}`, 'secureBoot', {
      ElementName: name,
      Description: SECURE_BOOT_TEXTS[name as keyof typeof SECURE_BOOT_TEMPLATES],
      SecureBootTemplateId: id,
      SecureBootEnabled: true,
      VirtualSystemSubType: 'Microsoft:Hyper-V:SubType:2',
    }),
  ),
];

const byId: ReadonlyMap<string, DefinitionEntity> = new Map(DEFINITIONS.map((entity) => [fold(entity.id), entity]));

export class DefinitionSet implements EntitySet<DefinitionEntity> {
  readonly kind = 'definition';
  readonly className = SYSTEM_SETTING;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  entities(): Iterable<DefinitionEntity> {
    return DEFINITIONS;
  }

  find(path: ObjectPath): DefinitionEntity | undefined {
    const id = path.key('InstanceID');
    return typeof id === 'string' ? byId.get(fold(id.replaceAll('\\\\', '\\'))) : undefined;
  }

  path(entity: DefinitionEntity): ObjectPath {
    return this.#projection.path(SYSTEM_SETTING, { InstanceID: entity.id });
  }

  instance(entity: DefinitionEntity): CimInstance {
    const root = this.#projection.serviceSetting('DefaultExternalDataRoot');
    return this.#projection
      .shape(SYSTEM_SETTING, 'definition', () => ({
        ...(SYSTEM_DEFAULTS[1] as CimValues),
        VirtualSystemType: 'Microsoft:Hyper-V:System:Definition',
        BootSourceOrder: [],
        CreationTime: NEVER,
      }))
      .make({
        InstanceID: entity.id,
        ...(typeof root === 'string'
          ? { ConfigurationDataRoot: root, SnapshotDataRoot: root, SwapFileDataRoot: root }
          : {}),
        ...entity.values,
      });
  }

  /** So few that a look-up is never worth more than leaving out what surely does not match. */
  candidates(property: string, match: Match, value: string): Iterable<DefinitionEntity> | undefined {
    if (match === 'equal' && (property === 'virtualsystemidentifier' || property === 'configurationid')) return [];
    if (match === 'equal' && property === 'elementname') {
      return DEFINITIONS.filter((entity) => fold(String(entity.values['ElementName'])) === value);
    }
    if (property === 'instanceid') return configurationOfPrefix(value) === null ? DEFINITIONS : [];
    return undefined;
  }
}
