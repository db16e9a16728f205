import type { DeviceSetting, SettingValues } from '../model.ts';
import { SERIAL_PART } from './consoles.ts';
import { findKind } from './kinds.ts';
import { DISKETTE_PART, IDE_PART } from './storage.ts';

const NOTHING: SettingValues = Object.freeze({});

const device = (
  kind: string,
  options: { part?: string; parent?: string; values?: SettingValues } = {},
): DeviceSetting => {
  const part = options.part ?? findKind(kind)?.fixedPart ?? null;
  if (part === null) throw new Error(`a default device needs a fixed part: ${kind}`);
  return Object.freeze({
    part,
    kind,
    parent: options.parent ?? null,
    values: options.values === undefined ? NOTHING : Object.freeze(options.values),
  });
};

const PROCESSOR = device('processor');
const MEMORY = device('memory');
const SYNTHETIC_MOUSE = device('syntheticMouse');
const SYNTHETIC_DISPLAY = device('syntheticDisplay');

const SERIAL = [
  device('serialController'),
  device('serialPort', {
    part: `${SERIAL_PART}\\0`,
    parent: SERIAL_PART,
    values: { ElementName: 'COM 1', Caption: 'COM 1' },
  }),
  device('serialPort', {
    part: `${SERIAL_PART}\\1`,
    parent: SERIAL_PART,
    values: { ElementName: 'COM 2', Caption: 'COM 2' },
  }),
];

const COMPONENTS = ['timeSync', 'heartbeat', 'kvp', 'shutdown', 'vss', 'guestServiceInterface', 'security'].map(
  (kind) => device(kind),
);

const ideController = (index: 0 | 1): DeviceSetting =>
  device('ideController', {
    part: `${IDE_PART}\\${index}`,
    values: { ElementName: `IDE Controller ${index}`, Caption: `IDE Controller ${index}`, Address: String(index) },
  });

/**
 * What DefineSystem gives a machine whatever the client asks for (object-model §6). Shared by all machines: an untouched
 * device costs a machine one pointer, an untouched set none.
 */
export const DEFAULT_DEVICES: Readonly<Record<1 | 2, readonly DeviceSetting[]>> = Object.freeze({
  1: Object.freeze([
    PROCESSOR,
    MEMORY,
    ideController(0),
    ideController(1),
    device('disketteController'),
    device('disketteDrive', { parent: `${DISKETTE_PART}\\0`, values: { AddressOnParent: '0' } }),
    ...SERIAL,
    device('keyboard'),
    device('ps2Mouse'),
    SYNTHETIC_MOUSE,
    device('s3Display'),
    SYNTHETIC_DISPLAY,
    ...COMPONENTS,
  ]),
  2: Object.freeze([
    PROCESSOR,
    MEMORY,
    ...SERIAL,
    device('syntheticKeyboard'),
    SYNTHETIC_MOUSE,
    SYNTHETIC_DISPLAY,
    ...COMPONENTS,
  ]),
});
