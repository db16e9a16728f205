import type { CimClient } from './cim-client.ts';
import { settingsOf } from './machine-parts.ts';
import type { PortChange } from './network-adapter.ts';
import { listOf, type Reference, textOf, type WireObject } from './object.ts';
import type { Settings } from './schema.ts';
import { asHeld, instanceText, type InstanceValues } from './settings-text.ts';
import { orElse, type Undo } from './undo.ts';
import { resourceUri } from './uris.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;

/** OperationMode of a port that is in one VLAN. */
const ACCESS = 1;

/** A feature of a connection, with what is set of it; null: the feature goes. */
export type Feature = {
  readonly [C in FeatureClass]: readonly [className: C, values: Settings<C> | null];
}[FeatureClass];

type FeatureClass =
  | 'Msvm_EthernetSwitchPortVlanSettingData'
  | 'Msvm_EthernetSwitchPortBandwidthSettingData'
  | 'Msvm_EthernetSwitchPortSecuritySettingData';

export const featuresOf = ({ vlan, limit, macSpoofing, dhcpGuard, routerGuard }: PortChange): readonly Feature[] => {
  const features: Feature[] = [];
  if (vlan !== undefined)
    features.push([
      'Msvm_EthernetSwitchPortVlanSettingData',
      vlan === null ? null : { OperationMode: ACCESS, AccessVlanId: vlan },
    ]);
  if (limit !== undefined)
    features.push(['Msvm_EthernetSwitchPortBandwidthSettingData', limit === null ? null : { Limit: limit }]);
  const security = {
    ...(macSpoofing === undefined ? {} : { AllowMacSpoofing: macSpoofing }),
    ...(dhcpGuard === undefined ? {} : { EnableDhcpGuard: dhcpGuard }),
    ...(routerGuard === undefined ? {} : { EnableRouterGuard: routerGuard }),
  };
  if (Object.keys(security).length > 0) features.push(['Msvm_EthernetSwitchPortSecuritySettingData', security]);
  return features;
};

/** The VLAN that the port of a connection is in; null: none. */
export const accessVlanOf = (feature: WireObject['properties'] | undefined): number | null => {
  if (Number(textOf(feature?.['OperationMode'])) !== ACCESS) return null;
  return Number(textOf(feature?.['AccessVlanId'])) || null;
};

/** Of all that are below something, the first. */
export const below = <V>(settings: ReadonlyMap<string, V>, above: string): readonly [id: string, value: V] | null =>
  [...settings].find(([id]) => id.toLowerCase().startsWith(`${above.toLowerCase()}\\`)) ?? null;

/** Sets features of the port of a connection of a machine, all or none, by their classes. @throws MethodError */
export const setFeatures = async (
  client: CimClient,
  machine: string,
  connection: string,
  features: readonly Feature[],
): Promise<Undo> => {
  const undos: Undo[] = [];
  const undo: Undo = async () => {
    for (const each of undos.toReversed()) await each();
  };
  await orElse(undo, async () => {
    for (const [className, values] of features)
      undos.push(await new PortFeature(client, machine, connection, className).set(values as InstanceValues | null));
  });
  return undo;
};

/** The one feature of a class that a port can have. */
class PortFeature {
  readonly #client: CimClient;
  readonly #machine: string;
  readonly #connection: string;
  readonly #className: FeatureClass;

  constructor(client: CimClient, machine: string, connection: string, className: FeatureClass) {
    this.#client = client;
    this.#machine = machine;
    this.#connection = connection;
    this.#className = className;
  }

  /** Adds, changes or removes it. */
  async set(values: InstanceValues | null): Promise<Undo> {
    const held = await this.#held();
    if (held === null) {
      if (values === null) return async () => undefined;
      await this.#add(values);
      return async () => {
        const made = await this.#held();
        if (made !== null) await this.#remove(made[0]);
      };
    }
    const [id, properties] = held;
    if (values === null) {
      await this.#remove(id);
      return () => this.#add(allOf(properties));
    }
    await this.#modify(id, values);
    return () => this.#modify(id, asHeld(values, properties));
  }

  async #held() {
    return below<WireObject['properties']>(
      await settingsOf(this.#client, this.#className, this.#machine),
      this.#connection,
    );
  }

  async #add(values: InstanceValues): Promise<void> {
    await this.#client.run(SERVICE, 'AddFeatureSettings', {
      AffectedConfiguration: this.#reference('Msvm_EthernetPortAllocationSettingData', this.#connection),
      FeatureSettings: [instanceText(this.#className, values)],
    });
  }

  async #modify(InstanceID: string, values: InstanceValues): Promise<void> {
    await this.#client.run(SERVICE, 'ModifyFeatureSettings', {
      FeatureSettings: [instanceText(this.#className, { InstanceID, ...values })],
    });
  }

  async #remove(id: string): Promise<void> {
    const features = [this.#reference(this.#className, id)];
    await this.#client.run(SERVICE, 'RemoveFeatureSettings', { FeatureSettings: features });
  }

  #reference(className: string, id: string): Reference {
    return { resourceUri: resourceUri(this.#client.namespace, className), selectors: { InstanceID: id } };
  }
}

/** All that a setting says, but its name. */
const allOf = (properties: WireObject['properties']): InstanceValues =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name, value]) => name !== 'InstanceID' && value !== null && value !== undefined)
      .map(([name, value]) => [
        name,
        Array.isArray(value) ? listOf(value).map((each) => textOf(each) ?? '') : (textOf(value) ?? ''),
      ]),
  );
