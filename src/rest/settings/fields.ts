import { z } from 'zod';
import type { CimValue } from '../../cim/values.ts';
import { SYSTEM_SETTING } from '../management/names.ts';

/** Where a setting lives in Hyper-V's classes. */
export type Home = 'system' | 'processor' | 'memory' | 'security';

export const HOMES: Readonly<Record<Home, string>> = {
  system: SYSTEM_SETTING,
  processor: 'Msvm_ProcessorSettingData',
  memory: 'Msvm_MemorySettingData',
  security: 'Msvm_SecuritySettingData',
};

/** One setting of REST: its place in the JSON, its property, and how a value is told and taken. */
export interface Field {
  readonly path: readonly [group: string, name: string] | readonly [name: string];
  readonly home: Home;
  readonly property: string;
  readonly schema: z.ZodType;
  /** Told of machines of this generation only. */
  readonly generation?: 1 | 2;
  tell(value: CimValue): unknown;
  /** null: it cannot be changed. */
  readonly take: ((given: unknown) => CimValue) | null;
}

const asNumber = (value: CimValue): number | null =>
  typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null;

const plain = (path: Field['path'], home: Home, property: string, schema: z.ZodType, generation?: 1 | 2): Field => ({
  path,
  home,
  property,
  schema,
  ...(generation === undefined ? {} : { generation }),
  tell: (value) => (typeof value === 'bigint' ? Number(value) : value),
  take: (given) => given as CimValue,
});

const count = (path: Field['path'], home: Home, property: string): Field =>
  plain(path, home, property, z.number().int().min(0).max(Number.MAX_SAFE_INTEGER));

const flag = (path: Field['path'], home: Home, property: string, generation?: 1 | 2): Field =>
  plain(path, home, property, z.boolean(), generation);

const name = (path: Field['path'], property: string, most: number, generation?: 1 | 2): Field =>
  plain(path, 'system', property, z.string().max(most), generation);

/** 100 % is 100 000. */
const percent = (path: Field['path'], property: string): Field => ({
  path,
  home: 'processor',
  property,
  schema: z.number().min(0).max(100),
  tell: (value) => (asNumber(value) ?? 0) / 1000,
  take: (given) => Math.round(Number(given) * 1000),
});

const words = (path: Field['path'], property: string, known: Readonly<Record<number, string>>): Field => ({
  path,
  home: 'system',
  property,
  schema: z.enum(Object.values(known) as [string, ...string[]]),
  tell: (value) => known[asNumber(value) ?? -1] ?? `code${asNumber(value)}`,
  take: (given) => Number(Object.keys(known).find((number) => known[Number(number)] === given)),
});

const SECONDS = /^(\d{8})(\d{2})(\d{2})(\d{2})\./;

/** A CIM interval. */
const delay = (path: Field['path'], property: string): Field => ({
  path,
  home: 'system',
  property,
  schema: z.number().int().min(0).max(86_400),
  tell: (value) => {
    const [, days, hours, minutes, seconds] = SECONDS.exec(typeof value === 'string' ? value : '') ?? [];
    return ((Number(days ?? 0) * 24 + Number(hours ?? 0)) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0);
  },
  take: (given) => {
    const total = Number(given);
    const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
    const days = String(Math.floor(total / 86_400)).padStart(8, '0');
    return `${days}${two((total / 3600) % 24)}${two((total / 60) % 60)}${two(total % 60)}.000000:000`;
  },
});

/** All but the order of booting, which names other objects. */
export const FIELDS: readonly Field[] = [
  plain(['name'], 'system', 'ElementName', z.string().min(1).max(256)),
  {
    path: ['notes'],
    home: 'system',
    property: 'Notes',
    schema: z.string().max(65_536),
    tell: (value) => (Array.isArray(value) ? value.join('\n') : ''),
    take: (given) => [String(given)],
  },
  {
    path: ['generation'],
    home: 'system',
    property: 'VirtualSystemSubType',
    schema: z.union([z.literal(1), z.literal(2)]),
    tell: (value) => (String(value).endsWith(':2') ? 2 : 1),
    take: null,
  },
  { ...name(['version'], 'Version', 20), take: null },
  count(['processors', 'count'], 'processor', 'VirtualQuantity'),
  percent(['processors', 'reservePercent'], 'Reservation'),
  percent(['processors', 'limitPercent'], 'Limit'),
  count(['processors', 'weight'], 'processor', 'Weight'),
  flag(['processors', 'nestedVirtualization'], 'processor', 'ExposeVirtualizationExtensions'),
  count(['memory', 'startupMb'], 'memory', 'VirtualQuantity'),
  flag(['memory', 'dynamic'], 'memory', 'DynamicMemoryEnabled'),
  count(['memory', 'minimumMb'], 'memory', 'Reservation'),
  count(['memory', 'maximumMb'], 'memory', 'Limit'),
  count(['memory', 'bufferPercent'], 'memory', 'TargetMemoryBuffer'),
  count(['memory', 'weight'], 'memory', 'Weight'),
  flag(['firmware', 'secureBoot'], 'system', 'SecureBootEnabled', 2),
  name(['firmware', 'secureBootTemplate'], 'SecureBootTemplateId', 64, 2),
  flag(['firmware', 'numLock'], 'system', 'BIOSNumLock'),
  flag(['security', 'tpm'], 'security', 'TpmEnabled', 2),
  words(['automatic', 'startAction'], 'AutomaticStartupAction', { 2: 'none', 3: 'restartIfRunning', 4: 'alwaysStart' }),
  delay(['automatic', 'startDelaySeconds'], 'AutomaticStartupActionDelay'),
  words(['automatic', 'stopAction'], 'AutomaticShutdownAction', { 2: 'turnOff', 3: 'save', 4: 'shutdown' }),
  words(['automatic', 'recoveryAction'], 'AutomaticRecoveryAction', { 2: 'none', 3: 'restart', 4: 'revert' }),
  words(['checkpoints', 'type'], 'UserSnapshotType', {
    2: 'disabled',
    3: 'productionFallback',
    4: 'productionOnly',
    5: 'standard',
  }),
  flag(['checkpoints', 'automatic'], 'system', 'AutomaticSnapshotsEnabled'),
  name(['folders', 'configuration'], 'ConfigurationDataRoot', 4096),
  name(['folders', 'checkpoints'], 'SnapshotDataRoot', 4096),
  name(['folders', 'swap'], 'SwapFileDataRoot', 4096),
];
