import type { Configuration, DeviceSetting } from '../model.ts';
import { deviceValue } from './effective.ts';

/** The setting that gives a machine its TPM: one of its own, or the machine's security settings; undefined: it has none. */
export const tpmSetting = (configuration: Pick<Configuration, 'devices'>): DeviceSetting | undefined =>
  configuration.devices.find((device) => device.kind === 'tpm' && deviceValue(device, 'EnabledState') === 2) ??
  configuration.devices.find((device) => device.kind === 'security' && deviceValue(device, 'TpmEnabled') === true);
