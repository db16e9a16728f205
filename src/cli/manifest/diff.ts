import { plainMac } from '../mac-address.ts';
import type { Manifest, ManifestDisk } from './schema.ts';

/** One thing that is not as the file says. */
export interface Difference {
  /** `memory`, `disks`, `networks[0].vlan`. */
  readonly what: string;
  /** As it is; null: nothing. */
  readonly now: string | null;
  /** As the file says; null: nothing. */
  readonly wanted: string | null;
}

export const kindOf = ({ file, kind }: ManifestDisk): 'disk' | 'cd' => kind ?? (/\.iso$/i.test(file) ? 'cd' : 'disk');

/** Names of files are compared as Hyper-V does, without regard to case. */
export const sameFile = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** MB. */
export interface MemoryWords {
  readonly startup: number;
  readonly dynamic: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
}

export const memoryOf = (memory: NonNullable<Manifest['memory']>): MemoryWords => {
  if (typeof memory === 'number') return { startup: memory, dynamic: false };
  const { startup, minimum, maximum } = memory;
  return {
    startup,
    dynamic: memory.dynamic ?? (minimum !== undefined || maximum !== undefined),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
  };
};

export const macText = (mac: string): string => (mac === 'dynamic' ? mac : plainMac(mac));

const SIMPLE = [
  'name',
  'generation',
  'processors',
  'notes',
  'secureBoot',
  'automaticStart',
  'automaticStop',
  'serial',
] as const;

/** What of the file is not so; what the file does not say is not looked at. `now` null: there is no such machine. */
export const differences = (now: Manifest | null, wanted: Manifest): readonly Difference[] => {
  if (now === null)
    return [{ what: 'machine', now: null, wanted: wanted.name }, ...differences(NOTHING, wanted).slice(1)];
  const found: Difference[] = [];
  const compare = (what: string, is: unknown, should: unknown): void => {
    if (should !== undefined && text(is) !== text(should)) found.push({ what, now: text(is), wanted: text(should) });
  };
  for (const key of SIMPLE) compare(key, now[key], wanted[key]);
  if (wanted.memory !== undefined) {
    const is: Readonly<Record<string, unknown>> = now.memory === undefined ? {} : { ...memoryOf(now.memory) };
    for (const [key, value] of Object.entries(memoryOf(wanted.memory)))
      compare(key === 'startup' ? 'memory' : `memory.${key}`, is[key], value);
  }
  if (wanted.disks !== undefined) {
    const is = now.disks ?? [];
    const should = wanted.disks;
    for (const disk of is)
      if (!should.some(({ file }) => sameFile(file, disk.file)))
        found.push({ what: 'disks', now: disk.file, wanted: null });
    for (const disk of should)
      if (!is.some(({ file }) => sameFile(file, disk.file)))
        found.push({ what: 'disks', now: null, wanted: disk.file });
  }
  if (wanted.networks !== undefined) {
    const is = now.networks ?? [];
    for (const [index, network] of wanted.networks.entries()) {
      const held = is[index];
      if (held === undefined) {
        found.push({ what: `networks[${index}]`, now: null, wanted: network.switch ?? 'not plugged in' });
        continue;
      }
      compare(`networks[${index}].switch`, held.switch, network.switch);
      compare(`networks[${index}].mac`, held.mac, network.mac === undefined ? undefined : macText(network.mac));
      compare(`networks[${index}].vlan`, held.vlan, network.vlan);
    }
    for (const [index, held] of is.entries())
      if (index >= wanted.networks.length)
        found.push({ what: `networks[${index}]`, now: held.switch ?? 'not plugged in', wanted: null });
  }
  compare('state', now.state, wanted.state);
  return found;
};

/** What a machine is before it is made; its first difference is its name. */
const NOTHING: Manifest = { name: '' };

const text = (value: unknown): string | null =>
  value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);

/** Lines like those of diff, `-` what is and `+` what will be. */
export const differenceLines = (all: readonly Difference[]): readonly string[] =>
  all.flatMap(({ what, now, wanted }) => [
    ...(now === null ? [] : [`- ${what}: ${now}`]),
    ...(wanted === null ? [] : [`+ ${what}: ${wanted}`]),
  ]);
