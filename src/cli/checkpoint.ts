import type { Host } from '../client/host.ts';
import type { JobWatch } from '../client/job.ts';
import { type Checkpoint, type CheckpointType, REQUESTS, STATE_NAMES, type VirtualMachine } from '../client/machine.ts';
import { ask, isInteractive } from './ask.ts';
import { sizeText } from './byte-size.ts';
import { connectHost, type ConnectOptions, UsageError } from './connect.ts';
import { Interrupted, interruptible } from './interrupt.ts';
import { type Format, type Listing, listingText } from './print/listing.ts';
import { printable } from './print/output.ts';
import { showProgress } from './print/progress.ts';
import { printWatched, type WatchOptions } from './print/watch.ts';

const OFF = 3;
const SAVED = 6;

const withMachine = async (
  name: string,
  options: ConnectOptions,
  work: (machine: VirtualMachine, host: Host) => Promise<void>,
): Promise<void> => {
  const host = await connectHost(options);
  try {
    await work(await host.machines.find(name), host);
  } finally {
    host.close();
  }
};

/** @throws Interrupted: nothing that builds on it is to be done or said */
export const watched = async <T>(title: string, work: (watch: JobWatch) => Promise<T>): Promise<T> => {
  const progress = showProgress(title);
  let done: { readonly result: T } | null;
  try {
    done = await interruptible(async (signal) => ({ result: await work({ progress: progress.show, signal }) }));
  } finally {
    progress.end();
  }
  if (done === null) throw new Interrupted();
  return done.result;
};

/** vsms checkpoint create VM [NAME] */
export const createCheckpoint = (
  vm: string,
  name: string | undefined,
  options: ConnectOptions & { readonly notes?: string; readonly disksOnly?: boolean; readonly recovery?: boolean },
): Promise<void> =>
  withMachine(vm, options, async (machine, { checkpoints }) => {
    if (options.disksOnly === true && options.recovery === true)
      throw new UsageError('--recovery has no memory anyway: leave --disks-only out.');
    const type: CheckpointType =
      options.recovery === true ? 'recovery' : options.disksOnly === true ? 'disk' : 'standard';
    const wanted = {
      type,
      ...(name === undefined ? {} : { name }),
      ...(options.notes === undefined ? {} : { notes: options.notes }),
    };
    const made = await watched(`Taking a checkpoint of ${printable(machine.name)}`, (watch) =>
      checkpoints.create(machine.id, wanted, watch),
    );
    console.log(`${printable(made.name)} ${made.id}`);
  });

interface Sizes {
  /** Besides the disks. */
  readonly bytes: number;
  /** Files of the disks; null: unknown. */
  readonly diskBytes: number | null;
}

type Row = Checkpoint & Sizes & { readonly current: boolean };

const diskText = (bytes: number | null): string => (bytes === null ? '?' : sizeText(bytes));

const LISTING: Listing<Row> = {
  name: ({ name }) => name,
  columns: [
    { name: 'name', text: ({ name }) => name },
    { name: 'created', text: ({ createdAt }) => minuteOf(createdAt) },
    { name: 'size', text: ({ bytes }) => sizeText(bytes) },
    { name: 'disks', text: ({ diskBytes }) => diskText(diskBytes) },
    { name: 'memory', text: ({ hasMemory }) => (hasMemory ? 'yes' : 'no') },
    { name: 'now', text: ({ current }) => (current ? 'here' : '') },
    { name: 'id', text: ({ id }) => id },
    { name: 'parent', wide: true, text: ({ parent }) => parent ?? '' },
  ],
};

/** vsms checkpoint list VM: the tree, with the place that the machine is at now. */
export const listCheckpoints = (
  vm: string,
  options: ConnectOptions & WatchOptions & { readonly output: Format | 'tree' },
): Promise<void> =>
  withMachine(vm, options, (machine, { machines, checkpoints }) =>
    printWatched(options, async () => {
      const all = await machines.checkpoints(machine.id);
      const current = await checkpoints.currentParent(machine.id);
      const sizes = new Map<string, Sizes>();
      for (const { id } of all)
        sizes.set(id, { bytes: await checkpoints.size(id), diskBytes: await checkpoints.diskSize(machine.id, id) });
      if (options.output === 'tree') {
        const now = all.length === 0 ? null : { diskBytes: await checkpoints.diskSize(machine.id, null) };
        return [printable(machine.name), ...treeLines(all, current, sizes, now)].join('\n');
      }
      const rows = all.map((each) => ({
        ...each,
        ...(sizes.get(each.id) ?? NO_SIZE),
        current: sameId(each.id, current),
      }));
      return listingText(rows, options.output, LISTING);
    }),
  );

const sameId = (a: string, b: string | null): boolean => a.toUpperCase() === b?.toUpperCase();

const NO_SIZE: Sizes = { bytes: 0, diskBytes: null };

/** Children below their parents, oldest first; `now` is a leaf of where the machine is, and told with its disks unless null. */
export const treeLines = (
  all: readonly Checkpoint[],
  current: string | null,
  sizes: ReadonlyMap<string, Sizes>,
  now: Pick<Sizes, 'diskBytes'> | null,
): readonly string[] => {
  const known = new Set(all.map(({ id }) => id.toUpperCase()));
  const below = (parent: string | null): readonly string[] => {
    const children = all.filter((each) =>
      parent === null
        ? each.parent === null || !known.has(each.parent.toUpperCase())
        : each.parent !== null && sameId(each.parent, parent),
    );
    const isHere = parent === null ? current === null || !known.has(current.toUpperCase()) : sameId(parent, current);
    const nodes: readonly (readonly string[])[] = [
      ...children.map((child) => [label(child, sizes.get(child.id) ?? NO_SIZE), ...below(child.id)]),
      ...(isHere ? [[now === null ? '* now' : `* now  disks ${diskText(now.diskBytes)}`]] : []),
    ];
    return nodes.flatMap(([head = '', ...rest], index) => {
      const last = index === nodes.length - 1;
      return [`${last ? '└─ ' : '├─ '}${head}`, ...rest.map((line) => `${last ? '   ' : '│  '}${line}`)];
    });
  };
  return below(null);
};

const label = ({ name, createdAt, hasMemory }: Checkpoint, { bytes, diskBytes }: Sizes): string =>
  [
    printable(name),
    minuteOf(createdAt),
    sizeText(bytes),
    `disks ${diskText(diskBytes)}`,
    hasMemory ? 'with memory' : '',
  ]
    .filter((text) => text !== '')
    .join('  ');

/** Of a CIM datetime, or as WS-Management writes it. */
const minuteOf = (text: string): string => {
  const time = /^(\d{4})-?(\d\d)-?(\d\d)T?(\d\d):?(\d\d)/.exec(text);
  return time === null ? '' : `${time[1]}-${time[2]}-${time[3]} ${time[4]}:${time[5]}`;
};

/** vsms checkpoint apply VM NAME: what is now is lost unless a checkpoint of it is taken first. */
export const applyCheckpoint = (
  vm: string,
  name: string,
  options: ConnectOptions & { readonly keepNow?: boolean; readonly discardNow?: boolean; readonly start?: boolean },
): Promise<void> =>
  withMachine(vm, options, async (machine, { machines, checkpoints }) => {
    const checkpoint = await machines.findCheckpoint(machine.id, name);
    if (await wantsNowKept(machine, options)) {
      const kept = await watched(`Taking a checkpoint of ${printable(machine.name)} as it is`, (watch) =>
        checkpoints.create(machine.id, { type: 'standard' }, watch),
      );
      console.log(`${printable(kept.name)} holds what was there before.`);
    }
    if (machine.state !== OFF && machine.state !== SAVED) await machines.request(machine.id, REQUESTS.stop);
    await watched(`Applying ${printable(checkpoint.name)}`, (watch) => checkpoints.apply(checkpoint.id, watch));
    if (options.start === true) await machines.request(machine.id, REQUESTS.start);
    const { state } = await machines.find(machine.id);
    console.log(`${printable(machine.name)} is at ${printable(checkpoint.name)}: ${STATE_NAMES[state] ?? state}.`);
  });

const wantsNowKept = async (
  machine: VirtualMachine,
  { keepNow, discardNow }: { readonly keepNow?: boolean; readonly discardNow?: boolean },
): Promise<boolean> => {
  if (keepNow === true && discardNow === true) throw new UsageError('--keep-now or --discard-now, not both.');
  if (keepNow === true || discardNow === true) return keepNow === true;
  if (!isInteractive())
    throw new UsageError(
      `What ${printable(machine.name)} is now would be lost: say --keep-now to take a checkpoint of it first, or --discard-now.`,
    );
  const answer = await ask(
    `Take a checkpoint of ${printable(machine.name)} as it is now, before that is lost? [Y/n/cancel] `,
  );
  if (/^(?:c|cancel)$/i.test(answer)) throw new UsageError('Nothing is changed.');
  return !/^n(?:o)?$/i.test(answer);
};

/** vsms checkpoint delete VM NAME [--tree] */
export const deleteCheckpoint = (
  vm: string,
  name: string,
  options: ConnectOptions & { readonly tree?: boolean },
): Promise<void> =>
  withMachine(vm, options, async (machine, { machines, checkpoints }) => {
    const checkpoint = await machines.findCheckpoint(machine.id, name);
    await watched(`Deleting ${printable(checkpoint.name)}`, (watch) =>
      checkpoints.delete(checkpoint.id, options.tree === true, watch),
    );
    const what = options.tree === true ? 'and all below it are deleted' : 'is deleted';
    console.log(`${printable(checkpoint.name)} ${what}; disks are merged in the background.`);
  });

/** vsms checkpoint rename VM NAME NEW */
export const renameCheckpoint = (vm: string, name: string, to: string, options: ConnectOptions): Promise<void> =>
  withMachine(vm, options, async (machine, { machines, checkpoints }) => {
    const checkpoint = await machines.findCheckpoint(machine.id, name);
    await checkpoints.rename(checkpoint.id, to);
    console.log(`${printable(checkpoint.name)} is ${printable(to)} now.`);
  });
