import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { EthernetSwitch, Guid, SettingValue, SettingValues } from '../../../core/model.ts';
import { hostFeaturesOf, hostPortEntity, switchFeaturesOf } from '../switches/host-ports.ts';
import { switchEntity } from '../switches/switch.ts';
import type { Arguments } from './arguments.ts';
import { systemValues } from './define.ts';
import { addFeaturesMethod, modifyFeaturesMethod } from './features.ts';
import { done, type MethodCall, type MethodRow, type MethodRows, type Outcome } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { removeSettingsMethod } from './resources.ts';
import type { MethodServices } from './services.ts';
import {
  refOf,
  requireFeature,
  requirePort,
  requireSwitchTarget,
  requireWhole,
  type SwitchTarget,
  switchTarget,
  switchTargetOfId,
} from './switch-targets.ts';

/** JobType (jobs-and-errors §4). */
const DEFINE_JOB = 130;
const MODIFY_JOB = 131;
const DESTROY_JOB = 132;
const ADD_JOB = 133;
const MODIFY_PORT_JOB = 134;
const REMOVE_JOB = 135;

const COMPLETED = 7;
const SETTING = 'Msvm_VirtualEthernetSwitchSettingData';
const PORT_SETTING = 'Msvm_EthernetPortAllocationSettingData';
const FEATURE = 'Msvm_FeatureSettingData';

/** 0 for what is done; what failed on the host is told by its job, which has ended already. */
const outcomeOf = (job: Job | null, id: Guid, effect: number, out: Parameters<typeof done>[0] = {}): Outcome =>
  job === null || job.state === COMPLETED
    ? done(out, [{ element: { kind: 'switch', id }, effect }])
    : { kind: 'job', job };

/** Msvm_VirtualEthernetSwitchManagementService (other-services §3). */
export const switchServiceMethods = (services: MethodServices): MethodRows => {
  const { graph, switches, references, texts, catalog } = services;

  const valuesOf = (instance: CimInstance): SettingValues => {
    const values: Record<string, SettingValue> = {};
    for (const [name, value] of Object.entries(systemValues(instance))) {
      values[name] =
        name === 'HostResource' && Array.isArray(value)
          ? value.map((text) => references.resourceLink(String(text)))
          : value;
    }
    return values;
  };

  const targetOfText = (parameter: string, instance: CimInstance): SwitchTarget => {
    const id = instance.get('InstanceID');
    const found = typeof id === 'string' ? switchTargetOfId(graph, id) : undefined;
    if (found !== undefined) return found;
    throw new DomainError(
      'invalidParameter',
      `The InstanceID in ${parameter} names nothing of a virtual switch of this host. Read the settings and send theirs.`,
    );
  };

  const portPaths = (id: Guid, ports: readonly Guid[]): readonly ObjectPath[] => {
    const held = graph.switch(id);
    return (held?.own?.ports ?? [])
      .filter((port) => ports.includes(port.id))
      .flatMap((port) => (held === undefined ? [] : catalog.path(hostPortEntity('hostPortSetting', held, port))));
  };

  const featurePaths = (id: Guid, features: readonly Guid[]): readonly ObjectPath[] => {
    const held = graph.switch(id);
    if (held === undefined) return [];
    const all = [...switchFeaturesOf(held), ...(held.own?.ports ?? []).flatMap((port) => hostFeaturesOf(held, port))];
    return all.filter(({ feature }) => features.includes(feature.id)).map((entity) => catalog.path(entity));
  };

  /** All targets of one call belong together: to one switch, or to one port of it. */
  const together = (targets: readonly SwitchTarget[], by: 'switch' | 'port'): SwitchTarget => {
    const [first] = targets;
    if (first === undefined) throw new Error('a call without targets');
    const same = targets.every(
      (one) => one.switch.id === first.switch.id && (by === 'switch' || one.port === first.port),
    );
    if (same) return first;
    throw new DomainError(
      'invalidParameter',
      'The settings belong to different switches or ports. Change those of each in a call of its own.',
    );
  };

  const switchOf = (parameter: string, args: Arguments): EthernetSwitch =>
    requireWhole(requireSwitchTarget(catalog, parameter, args.requiredReference(parameter)), parameter);

  const define: MethodRow = {
    right: 'administer',
    jobType: DEFINE_JOB,
    out: ['ResultingSystem'],
    run: async ({ request, args }) => {
      const settings = texts.read('SystemSettings', args.requiredText('SystemSettings'), SETTING);
      const ports = texts.readAll('ResourceSettings', args.texts('ResourceSettings'), PORT_SETTING);
      const { job, made } = await switches.define(request, {
        values: valuesOf(settings),
        ports: ports.map((port) => ({ values: valuesOf(port) })),
      });
      const held = graph.switch(made);
      const out = held === undefined ? {} : { ResultingSystem: catalog.path(switchEntity(held)) };
      return outcomeOf(job, made, CREATED, out);
    },
  };

  const destroy: MethodRow = {
    right: 'administer',
    jobType: DESTROY_JOB,
    out: [],
    run: async ({ request, args }) => {
      const held = switchOf('AffectedSystem', args);
      return outcomeOf(await switches.destroy(request, held.id), held.id, 0);
    },
  };

  const modify: MethodRow = {
    right: 'administer',
    jobType: MODIFY_JOB,
    out: [],
    run: async ({ request, args }) => {
      const settings = texts.read('SystemSettings', args.requiredText('SystemSettings'), SETTING);
      const held = requireWhole(targetOfText('SystemSettings', settings), 'SystemSettings');
      return outcomeOf(await switches.modify(request, held.id, valuesOf(settings)), held.id, 0);
    },
  };

  const add: MethodRow = {
    right: 'administer',
    jobType: ADD_JOB,
    out: ['ResultingResourceSettings'],
    run: async ({ request, args }) => {
      const held = switchOf('AffectedConfiguration', args);
      const ports = texts.readAll('ResourceSettings', args.requiredTexts('ResourceSettings'), PORT_SETTING);
      const inputs = ports.map((port) => ({ values: valuesOf(port) }));
      const { job, made } = await switches.addPorts(request, held.id, inputs);
      return outcomeOf(job, held.id, 0, { ResultingResourceSettings: portPaths(held.id, made) });
    },
  };

  const modifyPorts: MethodRow = {
    right: 'administer',
    jobType: MODIFY_PORT_JOB,
    out: ['ResultingResourceSettings'],
    run: async ({ request, args }) => {
      const ports = texts.readAll('ResourceSettings', args.requiredTexts('ResourceSettings'), PORT_SETTING);
      const targets = ports.map((port) => targetOfText('ResourceSettings', port));
      const { switch: held } = together(targets, 'switch');
      const changes = targets.map((target, index) => ({
        port: requirePort(target, `ResourceSettings[${index}]`),
        values: ports[index] === undefined ? {} : valuesOf(ports[index]),
      }));
      const { job, made } = await switches.modifyPorts(request, held.id, changes);
      return outcomeOf(job, held.id, 0, { ResultingResourceSettings: portPaths(held.id, made) });
    },
  };

  const removePorts: MethodRow = {
    right: 'administer',
    jobType: REMOVE_JOB,
    out: [],
    run: async ({ request, args }) => {
      const targets = args
        .requiredReferences('ResourceSettings')
        .map((path, index) => requireSwitchTarget(catalog, `ResourceSettings[${index}]`, path));
      const { switch: held } = together(targets, 'switch');
      const ports = targets.map((target, index) => requirePort(target, `ResourceSettings[${index}]`));
      return outcomeOf(await switches.removePorts(request, held.id, ports), held.id, 0);
    },
  };

  /** Clients call this service for ports of machines too; those are the management service's to change. */
  const orMachines = (
    ofMachines: MethodRow,
    isOurs: (call: MethodCall) => boolean,
    run: (call: MethodCall) => Promise<Outcome>,
  ): MethodRow => ({
    ...ofMachines,
    run: async (call) => (isOurs(call) ? run(call) : ofMachines.run(call)),
  });

  const addFeatures = orMachines(
    addFeaturesMethod(services),
    ({ args }) => switchTarget(catalog, args.requiredReference('AffectedConfiguration')) !== undefined,
    async ({ request, args }) => {
      const path = args.requiredReference('AffectedConfiguration');
      const target = requireSwitchTarget(catalog, 'AffectedConfiguration', path);
      if (target.port === null) requireWhole(target, 'AffectedConfiguration');
      else requirePort(target, 'AffectedConfiguration');
      const features = texts.readAll('FeatureSettings', args.requiredTexts('FeatureSettings'), FEATURE);
      const inputs = features.map((one) => ({ className: one.class.name, values: valuesOf(one) }));
      const { job, made } = await switches.addFeatures(request, refOf(target), inputs);
      return outcomeOf(job, target.switch.id, 0, { ResultingFeatureSettings: featurePaths(target.switch.id, made) });
    },
  );

  const featuresOf = ({ args }: MethodCall): readonly CimInstance[] =>
    texts.readAll('FeatureSettings', args.requiredTexts('FeatureSettings'), FEATURE);

  const modifyFeatures = orMachines(
    modifyFeaturesMethod(services),
    (call) =>
      featuresOf(call).some((one) => {
        const id = one.get('InstanceID');
        return typeof id === 'string' && switchTargetOfId(graph, id) !== undefined;
      }),
    async (call) => {
      const features = featuresOf(call);
      const targets = features.map((one) => targetOfText('FeatureSettings', one));
      const target = together(targets, 'port');
      const changes = targets.map((one, index) => ({
        feature: requireFeature(one, `FeatureSettings[${index}]`),
        values: features[index] === undefined ? {} : valuesOf(features[index]),
      }));
      const { job, made } = await switches.modifyFeatures(call.request, refOf(target), changes);
      return outcomeOf(job, target.switch.id, 0, { ResultingFeatureSettings: featurePaths(target.switch.id, made) });
    },
  );

  const removeFeatures = orMachines(
    removeSettingsMethod(services, 'FeatureSettings'),
    ({ args }) => args.requiredReferences('FeatureSettings').some((path) => switchTarget(catalog, path) !== undefined),
    async ({ request, args }) => {
      const targets = args
        .requiredReferences('FeatureSettings')
        .map((path, index) => requireSwitchTarget(catalog, `FeatureSettings[${index}]`, path));
      const target = together(targets, 'port');
      const ids = targets.map((one, index) => requireFeature(one, `FeatureSettings[${index}]`));
      return outcomeOf(await switches.removeFeatures(request, refOf(target), ids), target.switch.id, 0);
    },
  );

  return {
    DefineSystem: define,
    DestroySystem: destroy,
    ModifySystemSettings: modify,
    AddResourceSettings: add,
    ModifyResourceSettings: modifyPorts,
    RemoveResourceSettings: removePorts,
    AddFeatureSettings: addFeatures,
    ModifyFeatureSettings: modifyFeatures,
    RemoveFeatureSettings: removeFeatures,
    ...serviceControlMethods(),
  };
};

const CREATED = 5;
