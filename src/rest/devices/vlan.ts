import type { ObjectPath } from '../../cim/object-path.ts';
import type { CimInstance } from '../../cim/instance.ts';
import type { CimValue } from '../../cim/values.ts';
import type { Management } from '../management/management.ts';
import { MANAGEMENT_SERVICE } from '../management/names.ts';
import { paths } from '../management/values.ts';
import { VLAN } from './resources.ts';

/** OperationMode of a port that is in one VLAN. */
const ACCESS = 1;

/** Takes a change back. */
export type Undo = () => Promise<void>;

const add = async (management: Management, connection: ObjectPath, values: Readonly<Record<string, CimValue>>) => {
  const out = await management.run(MANAGEMENT_SERVICE, 'AddFeatureSettings', {
    AffectedConfiguration: connection,
    FeatureSettings: [management.setting(VLAN, values)],
  });
  return paths(out['ResultingFeatureSettings']);
};

const modify = async (
  management: Management,
  id: string,
  values: Readonly<Record<string, CimValue>>,
): Promise<void> => {
  await management.run(MANAGEMENT_SERVICE, 'ModifyFeatureSettings', {
    FeatureSettings: [management.setting(VLAN, { ...values, InstanceID: id })],
  });
};

const remove = async (management: Management, features: readonly ObjectPath[]): Promise<void> => {
  await management.run(MANAGEMENT_SERVICE, 'RemoveFeatureSettings', { FeatureSettings: features });
};

/** All that a feature says, but its name. */
const valuesOf = (feature: CimInstance): Readonly<Record<string, CimValue>> =>
  Object.fromEntries(
    feature.class.properties
      .map(({ name }): [string, CimValue] => [name, feature.get(name)])
      .filter(([name, value]) => value !== null && name !== 'InstanceID'),
  );

/** Puts the port of a connection into an access VLAN, a feature of it; null: into none. */
export const setVlan = async (management: Management, connection: ObjectPath, vlan: number | null): Promise<Undo> => {
  const [feature] = await management.query(
    `ASSOCIATORS OF {${management.reference(connection)}} WHERE ResultClass = ${VLAN}`,
  );
  const path = feature?.path() ?? null;
  if (feature === undefined || path === null) {
    if (vlan === null) return async () => undefined;
    const made = await add(management, connection, { AccessVlanId: vlan, OperationMode: ACCESS });
    return () => remove(management, made);
  }
  const before = valuesOf(feature);
  if (vlan === null) {
    await remove(management, [path]);
    return async () => {
      await add(management, connection, before);
    };
  }
  const id = String(path.key('InstanceID'));
  await modify(management, id, { AccessVlanId: vlan, OperationMode: ACCESS });
  return () => modify(management, id, before);
};
