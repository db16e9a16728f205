import type { DeviceSetting, Guid } from '../../model.ts';
import type { RequestContext, ResourceInput, SettingRef } from '../../requests.ts';
import type { SystemsContext } from '../context.ts';
import { ConfigurationDraft } from '../draft.ts';
import { placeResources, type PlacingMode } from './place-resources.ts';
import { invalid, quote } from '../refusals.ts';
import { settleDrafts } from './settle.ts';
import { requireWritable } from '../targets.ts';

/** AddResourceSettings (management-service §2). */
export const addResources = (
  context: SystemsContext,
  _request: RequestContext,
  configuration: Guid,
  resources: readonly ResourceInput[],
): Promise<readonly SettingRef[]> => place(context, configuration, resources, 'add');

/** AddFeatureSettings: the features hang below the connection, whatever Parent they carry. */
export const addFeatures = (
  context: SystemsContext,
  _request: RequestContext,
  connection: SettingRef,
  features: readonly ResourceInput[],
): Promise<readonly SettingRef[]> => {
  const found = context.graph.configuration(connection.configuration)?.configuration.devices;
  const device = found?.find((held) => held.part.toLowerCase() === connection.part.toLowerCase());
  if (device?.kind !== 'ethernetConnection') {
    throw invalid(
      `${quote(connection.part)} is no connection of a network adapter. Give the path of its Msvm_EthernetPortAllocationSettingData.`,
    );
  }
  const below = features.map((feature) => ({ ...feature, parent: connection }));
  return place(context, connection.configuration, below, 'feature');
};

const place = async (
  context: SystemsContext,
  configurationId: Guid,
  inputs: readonly ResourceInput[],
  mode: PlacingMode,
): Promise<readonly SettingRef[]> => {
  const owner = requireWritable(context, configurationId).system.id;
  return context.turns.run(owner, async () => {
    const { system, configuration, snapshot } = requireWritable(context, configurationId);
    const draft = new ConfigurationDraft(system, configuration);
    const devices = placeResources(draft, inputs, mode);
    await settleDrafts(context, [{ system, snapshot, draft }]);
    return devices.map((device: DeviceSetting) => ({ configuration: configuration.id, part: device.part }));
  });
};
