import { z } from 'zod';
import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { CimValue } from '../../cim/values.ts';
import type { Management } from '../management/management.ts';
import { MANAGEMENT_SERVICE } from '../management/names.ts';
import { flag, number, paths } from '../management/values.ts';
import { BANDWIDTH, SECURITY, VLAN } from './resources.ts';
import { orElse, type Undo } from './undo.ts';

/** OperationMode of a port that is in one VLAN. */
const ACCESS = 1;

/** What of the features of a port is told. */
export const portView = {
  vlanId: z.number().nullable().describe('Access VLAN'),
  limitBitsPerSecond: z.number().nullable().describe('What it may send at most'),
  macSpoofing: z.boolean(),
  dhcpGuard: z.boolean(),
  routerGuard: z.boolean(),
};

export const viewPort = (of: (className: string) => CimInstance | undefined) => {
  const [vlan, bandwidth, security] = [of(VLAN), of(BANDWIDTH), of(SECURITY)];
  const limit = bandwidth === undefined ? null : number(bandwidth, 'Limit');
  const guard = (name: string): boolean => security !== undefined && flag(security, name) === true;
  return {
    vlanId: vlan !== undefined && number(vlan, 'OperationMode') === ACCESS ? number(vlan, 'AccessVlanId') : null,
    limitBitsPerSecond: limit === 0 ? null : limit,
    macSpoofing: guard('AllowMacSpoofing'),
    dhcpGuard: guard('EnableDhcpGuard'),
    routerGuard: guard('EnableRouterGuard'),
  };
};

export const vlanId = z.number().int().min(1).max(4094).nullable();

/** What of them can be changed. */
export const portChange = {
  vlanId: vlanId.optional(),
  limitBitsPerSecond: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable().optional(),
  macSpoofing: z.boolean().optional(),
  dhcpGuard: z.boolean().optional(),
  routerGuard: z.boolean().optional(),
};
export type PortChange = Partial<z.infer<z.ZodObject<typeof portChange>>>;

/** A feature by its class, with what is to be set of it; null: it goes. `member`: what asked for it. */
export interface Feature {
  readonly member: keyof PortChange;
  readonly className: string;
  readonly values: Readonly<Record<string, CimValue>> | null;
}

export const featuresOf = (change: PortChange): readonly Feature[] => {
  const { vlanId: vlan, limitBitsPerSecond: limit, macSpoofing, dhcpGuard, routerGuard } = change;
  const guards = {
    ...(macSpoofing === undefined ? {} : { AllowMacSpoofing: macSpoofing }),
    ...(dhcpGuard === undefined ? {} : { EnableDhcpGuard: dhcpGuard }),
    ...(routerGuard === undefined ? {} : { EnableRouterGuard: routerGuard }),
  };
  const guarded = (['macSpoofing', 'dhcpGuard', 'routerGuard'] as const).find((name) => change[name] !== undefined);
  return [
    ...(vlan === undefined
      ? []
      : [
          {
            member: 'vlanId' as const,
            className: VLAN,
            values: vlan === null ? null : { AccessVlanId: vlan, OperationMode: ACCESS },
          },
        ]),
    ...(limit === undefined
      ? []
      : [
          {
            member: 'limitBitsPerSecond' as const,
            className: BANDWIDTH,
            values: limit === null ? null : { Limit: BigInt(limit) },
          },
        ]),
    ...(guarded === undefined ? [] : [{ member: guarded, className: SECURITY, values: guards }]),
  ];
};

type Values = Readonly<Record<string, CimValue>>;

const add = async (management: Management, connection: ObjectPath, className: string, values: Values) => {
  const out = await management.run(MANAGEMENT_SERVICE, 'AddFeatureSettings', {
    AffectedConfiguration: connection,
    FeatureSettings: [management.setting(className, values)],
  });
  return paths(out['ResultingFeatureSettings']);
};

const modify = async (management: Management, id: string, className: string, values: Values): Promise<void> => {
  await management.run(MANAGEMENT_SERVICE, 'ModifyFeatureSettings', {
    FeatureSettings: [management.setting(className, { ...values, InstanceID: id })],
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

const setFeature = async (
  management: Management,
  connection: ObjectPath,
  { className, values }: Feature,
): Promise<Undo> => {
  const [feature] = await management.query(
    `ASSOCIATORS OF {${management.reference(connection)}} WHERE ResultClass = ${className}`,
  );
  const path = feature?.path() ?? null;
  if (feature === undefined || path === null) {
    if (values === null) return async () => undefined;
    const made = await add(management, connection, className, values);
    return () => remove(management, made);
  }
  const before = valuesOf(feature);
  if (values === null) {
    await remove(management, [path]);
    return async () => {
      await add(management, connection, className, before);
    };
  }
  const id = String(path.key('InstanceID'));
  await modify(management, id, className, values);
  return () => modify(management, id, className, before);
};

/** Sets features of the port of a connection, all or none. */
export const setFeatures = async (
  management: Management,
  connection: ObjectPath,
  features: readonly Feature[],
): Promise<Undo> => {
  const undos: Undo[] = [];
  const undo: Undo = async () => {
    for (const each of undos.toReversed()) await each();
  };
  await orElse(undo, async () => {
    for (const feature of features) undos.push(await setFeature(management, connection, feature));
  });
  return undo;
};
