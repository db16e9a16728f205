import type { WsmanClient } from '../../src/client/client.ts';
import { listOf, type WireObject, type WireValue } from '../../src/client/object.ts';

/** What moves by itself, or is told of the past: no part of what an operation leaves. */
const MOVING: ReadonlySet<string> = new Set([
  'OnTimeInMilliseconds',
  'TimeOfLastStateChange',
  'TimeOfLastConfigurationChange',
  'ConfigurationID',
  'ProcessID',
  'InstallDate',
  'CreationTime',
  'LoadPercentage',
  'ProcessorLoad',
  'ProcessorLoadHistory',
  'LastSuccessfulBackupTime',
  'AvailableMemory',
  'SwapFilesInUse',
]);

/** Made anew for each system. */
const RANDOM: ReadonlySet<string> = new Set([
  'BIOSGUID',
  'BIOSSerialNumber',
  'BaseBoardSerialNumber',
  'ChassisSerialNumber',
  'ChassisAssetTag',
  'Address',
  'PermanentAddress',
  'NetworkAddresses',
]);

/** Show what the guest lets be seen of itself, and it boots while we look. */
const OF_THE_GUEST = /^Msvm_(?:\w+Component|VideoHead|Processor|Memory)$/;

const JOBS = /Job$/;

export interface DumpOptions {
  /** Leave out which identifiers, serial numbers and addresses were drawn: to compare one system with another. */
  readonly anonymous?: boolean;
}

const GUID = /[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}|[0-9A-F]{32}/gi;

const printed = (value: WireValue | undefined): string =>
  JSON.stringify(value ?? null, (_, held: unknown) =>
    typeof held === 'string' && held.length > 2000 ? `${held.slice(0, 100)}... (${held.length})` : held,
  );

const line = (object: WireObject, { anonymous = false }: DumpOptions): string => {
  const properties = Object.entries(object.properties)
    .filter(([name, value]) => !MOVING.has(name) && listOf(value).length > 0)
    .filter(([name, value]) => !(anonymous && RANDOM.has(name) && /^"?[0-9A-F-]{10,}|\{/i.test(printed(value))))
    .map(([name, value]) => `${name}=${printed(value)}`)
    .toSorted();
  const text = `${object.className} ${properties.join(' ')}`;
  return anonymous ? text.replaceAll(GUID, '<guid>') : text;
};

/** All instances of the namespace but jobs and the guests' own faces, one a line, sorted: equal texts mean that nothing changed. */
export const dump = async (client: WsmanClient, options: DumpOptions = {}): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const object of client.query('SELECT * FROM CIM_ManagedElement', 1000))
    if (!JOBS.test(object.className) && !OF_THE_GUEST.test(object.className)) lines.push(line(object, options));
  return lines.toSorted();
};

/** Lines of one dump that the other has not. */
export const missing = (from: readonly string[], inOther: readonly string[]): readonly string[] => {
  const left = new Map<string, number>();
  for (const text of inOther) left.set(text, (left.get(text) ?? 0) + 1);
  return from.filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
};

/** What differs between two dumps, short enough to read: whole instances, and properties of those that changed. */
export const difference = (before: readonly string[], after: readonly string[]): string => {
  const lost = missing(before, after);
  const won = missing(after, before);
  const words = (lines: readonly string[]): ReadonlySet<string> => new Set(lines.flatMap((text) => text.split(' ')));
  const [lostWords, wonWords] = [words(lost), words(won)];
  const short = (sign: string, others: ReadonlySet<string>) => (text: string) =>
    `${sign} ${text
      .split(' ')
      .filter((word, index) => index === 0 || !others.has(word))
      .join(' ')
      .slice(0, 600)}`;
  return [...lost.map(short('-', wonWords)), ...won.map(short('+', lostWords))].slice(0, 12).join('\n');
};
