import { CimInstance } from '../../../cim/instance.ts';
import { childrenOf } from '../../../core/devices/effective.ts';
import { ADAPTER_KINDS } from '../../../core/devices/wiring.ts';
import { DomainError } from '../../../core/errors.ts';
import type { DeviceSetting } from '../../../core/model.ts';
import type { RequestContext, ResourceInput, SettingRef } from '../../../core/requests.ts';
import { done, type MethodRow } from '../../v2/methods/method.ts';
import type { SettingTarget } from '../../v2/methods/references.ts';
import { resourceInputs, targetOf } from '../../v2/methods/resource-input.ts';
import { affectedSettings, removeSettingsMethod, settingPaths } from '../../v2/methods/resources.ts';
import type { MethodServices } from '../../v2/methods/services.ts';
import { requireConfiguration } from '../../v2/methods/targets.ts';
import { settingInstanceId } from '../../v2/settings/instance-id.ts';
import { connectionId } from '../../v2/settings/setting-index.ts';
import type { FreePort } from './free-ports.ts';
import type { NetworkInputs, Plug } from './network-inputs.ts';
import { requireSameKind, toV2Setting } from './setting-input.ts';

/** JobType (jobs-and-errors §4). */
const ADD_JOB = 30;
const MODIFY_JOB = 31;
const CREATED = 5;
const RESOURCE_BASE = 'CIM_ResourceAllocationSettingData';

/** EnabledState of a connection: plugged in, or on its switch without a plug. */
export const PLUGGED = 2;
export const UNPLUGGED = 3;

/** AddVirtualSystemResources (management-service §3): all or none, the connections of adapters with them. */
export const addVirtualSystemResourcesMethod = (services: MethodServices, inputs: NetworkInputs): MethodRow => ({
  right: 'administer',
  jobType: ADD_JOB,
  out: ['NewResources'],
  run: async ({ request, args }) => {
    const path = args.requiredReference('TargetSystem');
    const texts = args.requiredTexts('ResourceSettingData');
    const place = requireConfiguration(services.references, 'TargetSystem', path);
    const resources = services.texts.readAll('ResourceSettingData', texts, RESOURCE_BASE);
    const made = await inputs.plugging(request, resources, async (plugged) => {
      const refs = await services.operations.addResources(request, place.configuration.id, plugged.inputs);
      return refs.slice(0, plugged.given);
    });
    return done({ NewResources: settingPaths(services.references, made) }, affectedSettings(made, CREATED));
  },
});

/** An adapter that is to be plugged in elsewhere. */
interface Replug {
  readonly target: SettingTarget;
  readonly port: FreePort;
  /** The connection it has now. */
  readonly held: DeviceSetting | undefined;
}

type Change = ResourceInput & { readonly target: SettingRef };

/** ModifyVirtualSystemResources: values of all settings together, then adapters that change their port, one by one. */
export const modifyVirtualSystemResourcesMethod = (services: MethodServices, inputs: NetworkInputs): MethodRow => ({
  right: 'administer',
  jobType: MODIFY_JOB,
  out: [],
  run: async ({ request, args }) => {
    const path = args.requiredReference('ComputerSystem');
    const texts = args.requiredTexts('ResourceSettingData');
    const owner = requireConfiguration(services.references, 'ComputerSystem', path).system.id;
    const instances = services.texts.readAll('ResourceSettingData', texts, RESOURCE_BASE);
    const targets = instances.map((instance, index) => {
      const id = targetOf(services.references, instance, index);
      const target = services.references.settingOfId(settingInstanceId(id.configuration, id.part));
      if (target?.place.system.id !== owner) throw notOf('ComputerSystem', index);
      requireSameKind(instance, target.setting.kind);
      return target;
    });
    const plugs = instances.map((instance, index) => plugOf(inputs, instance, targets[index]));
    const changes = resourceChanges(services, instances, targets, plugs);
    const replugs = plugs.flatMap((plug, index) => replugOf(plug, targets[index]));
    await inputs.taking(
      request,
      replugs.map(({ port }) => port),
      async () => {
        await services.operations.modifyResources(request, changes);
        for (const replug of replugs) await plugIn(services, inputs, request, replug);
      },
    );
    return done(
      {},
      affectedSettings(
        targets.map(({ ref }) => ref),
        0,
      ),
    );
  },
});

const notOf = (parameter: string, index: number): DomainError =>
  new DomainError(
    'invalidParameter',
    `ResourceSettingData[${index}] is no setting of ${parameter}. Call once for each virtual machine.`,
  );

const plugOf = (inputs: NetworkInputs, instance: CimInstance, target: SettingTarget | undefined): Plug | undefined =>
  target === undefined || !ADAPTER_KINDS.has(target.setting.kind)
    ? undefined
    : inputs.plugOf(instance, target.setting.part);

export const connectionOf = (target: SettingTarget): DeviceSetting | undefined =>
  childrenOf(target.place.configuration, target.setting.part).find(({ kind }) => kind === 'ethernetConnection');

const replugOf = (plug: Plug | undefined, target: SettingTarget | undefined): Replug[] =>
  plug?.kind === 'new' && target !== undefined ? [{ target, port: plug.port, held: connectionOf(target) }] : [];

/** The settings themselves, and the connections that are plugged in or out where they are. */
const resourceChanges = (
  services: MethodServices,
  instances: readonly CimInstance[],
  targets: readonly SettingTarget[],
  plugs: readonly (Plug | undefined)[],
): readonly Change[] => {
  const settings = instances.map((instance, index) =>
    toV2Setting(services.projection, instance, targets[index]?.setting.kind ?? ''),
  );
  const own = resourceInputs(services.references, settings).flatMap((input, index) => {
    const target = targets[index];
    return target === undefined ? [] : [{ ...input, target: target.ref }];
  });
  const connections = plugs.flatMap((plug, index) => {
    const target = targets[index];
    const held = target === undefined ? undefined : connectionOf(target);
    if (target === undefined || held === undefined || plug === undefined || plug.kind === 'new') return [];
    return [pluggedChange({ configuration: target.ref.configuration, part: held.part }, plug.kind === 'held')];
  });
  return [...own, ...connections];
};

/** The change of a connection that plugs its adapter in or out; the port stays on its switch. */
export const pluggedChange = (target: SettingRef, plugged: boolean): Change => ({
  className: 'Msvm_EthernetPortAllocationSettingData',
  instanceId: settingInstanceId(target.configuration, target.part),
  values: { EnabledState: plugged ? PLUGGED : UNPLUGGED },
  target,
});

/** Another port is another connection: the old one goes, or comes back when the new one cannot be made. */
export const plugIn = async (
  services: MethodServices,
  inputs: NetworkInputs,
  request: RequestContext,
  { target, port, held }: Replug,
): Promise<void> => {
  const { configuration, part } = target.ref;
  const add = async (connection: Pick<ResourceInput, 'className' | 'values'>, id: string): Promise<void> => {
    const input: ResourceInput = { ...connection, instanceId: null, parent: target.ref, connectionId: id };
    await services.operations.addResources(request, configuration, [input]);
  };
  const connection = inputs.connection(port, settingInstanceId(configuration, part));
  const [wanted] = resourceInputs(services.references, [connection]);
  if (wanted === undefined) return;
  if (held !== undefined) await services.operations.removeResources(request, [{ configuration, part: held.part }]);
  try {
    await add(wanted, port.id);
  } catch (error) {
    if (held !== undefined) await add({ className: wanted.className, values: held.values }, connectionId(held));
    throw error;
  }
};

/** RemoveVirtualSystemResources (K22): the settings must be those of TargetSystem. */
export const removeVirtualSystemResourcesMethod = (services: MethodServices): MethodRow =>
  removeSettingsMethod(services, 'ResourceSettingData', ({ args }, targets) => {
    const path = args.requiredReference('TargetSystem');
    const owner = requireConfiguration(services.references, 'TargetSystem', path).system.id;
    targets.forEach((target, index) => {
      if (target.place.system.id !== owner) throw notOf('TargetSystem', index);
    });
  });
