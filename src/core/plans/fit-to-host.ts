import { deviceValue, firstText } from '../devices/effective.ts';
import { IMAGE_KINDS } from '../devices/wiring.ts';
import type { Configuration, DeviceSetting, ImportSource, SettingValue, VirtualSystem } from '../model.ts';
import type { PathResolver } from '../paths/resolver.ts';
import type { MachineImport } from './requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { withDeviceValues } from '../systems/draft.ts';
import { switchOfLink } from '../systems/machine/external-checks.ts';
import { effectiveServiceSettings } from '../systems/settings/service-settings.ts';
import { findInExport } from './exported-files.ts';

type FitContext = Pick<SystemsContext, 'graph' | 'serviceDefaults'>;

/** Data roots follow that of the configuration unless they are named. */
const FOLLOWING: readonly string[] = ['SwapFileDataRoot', 'SuspendDataRoot', 'LogDataRoot', 'GuestStateDataRoot'];

/** Files that settings name, as recorded, in the order of the settings. */
export const recordedFiles = ({
  active,
  snapshots,
}: Pick<VirtualSystem, 'active' | 'snapshots'>): readonly string[] => [
  ...new Set(
    [active, ...snapshots.map(({ configuration }) => configuration)]
      .flatMap(({ devices }) => devices)
      .flatMap((device) => {
        const file = IMAGE_KINDS.has(device.kind) ? firstText(device, 'HostResource') : null;
        return file === null ? [] : [file];
      }),
  ),
];

/** Where a recorded file is: in the export, else where it was recorded (a machine that was exported without its disks). */
export const locate = async (paths: PathResolver, source: ImportSource, recorded: string): Promise<string> =>
  (await findInExport(paths, source, recorded)) ?? recorded;

/** A plan with files, switches and folders of this host. What is not found stays as recorded, which validation reports. */
export const fitToHost = async (
  context: FitContext,
  paths: PathResolver,
  plan: VirtualSystem,
  wanted: MachineImport,
): Promise<VirtualSystem> => {
  const files = new Map<string, string>();
  for (const recorded of recordedFiles(plan)) {
    const given = wanted.files.get(recorded.toLowerCase());
    const { importSource } = plan;
    files.set(recorded, given ?? (importSource === undefined ? recorded : await locate(paths, importSource, recorded)));
  }
  const fit = (configuration: Configuration, name: string | null): Configuration => ({
    ...configuration,
    values: fittedValues(context, configuration, wanted, name),
    devices: configuration.devices.map((device) => fittedDevice(context, device, files, wanted)),
  });
  return {
    ...plan,
    active: fit(plan.active, wanted.elementName),
    snapshots: plan.snapshots.map((each) => ({ ...each, configuration: fit(each.configuration, null) })),
  };
};

const fittedValues = (
  context: FitContext,
  { values }: Configuration,
  { configurationRoot, snapshotRoot }: MachineImport,
  name: string | null,
): Configuration['values'] => {
  const service = effectiveServiceSettings(context.serviceDefaults, context.graph.serviceSettings());
  const root = configurationRoot ?? service.DefaultExternalDataRoot ?? null;
  const fitted: Record<string, SettingValue> = { ...values };
  for (const each of FOLLOWING) delete fitted[each];
  fitted['ConfigurationDataRoot'] = root;
  fitted['SnapshotDataRoot'] = snapshotRoot ?? root;
  if (name !== null) fitted['ElementName'] = name;
  return fitted;
};

const fittedDevice = (
  { graph }: FitContext,
  device: DeviceSetting,
  files: ReadonlyMap<string, string>,
  wanted: MachineImport,
): DeviceSetting => {
  const text = firstText(device, 'HostResource');
  if (text === null) return device;
  if (IMAGE_KINDS.has(device.kind)) return withDeviceValues(device, { HostResource: [files.get(text) ?? text] });
  if (device.kind !== 'ethernetConnection') return device;
  const id = switchOfLink(text);
  const known = deviceValue(device, 'LastKnownSwitchName');
  const name = typeof known === 'string' && known !== '' ? known : text;
  const mapped = wanted.switches.get(name.toLowerCase());
  if (mapped !== undefined) return withDeviceValues(device, { HostResource: [`switch:${mapped}`] });
  return id !== null && graph.switch(id) !== undefined ? device : withDeviceValues(device, { HostResource: [] });
};
