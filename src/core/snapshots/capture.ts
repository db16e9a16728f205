import { join } from 'node:path';
import { allOf } from '../all-of.ts';
import { linksOf } from '../disks/chain-files.ts';
import { requireSpace } from '../disks/free-space.ts';
import { DomainError } from '../errors.ts';
import type { StepContext } from '../jobs/definition.ts';
import type { Guid } from '../model.ts';
import type { CheckpointRequest, Machine } from '../ports.ts';
import type { DiskImage } from '../machine-spec.ts';
import type { SystemsContext } from '../systems/context.ts';
import type { CreateParams } from './create-params.ts';
import { disksOf } from '../differencing/disk-tree.ts';
import { heldFiles } from '../differencing/held-files.ts';
import { withOwnFiles } from '../differencing/own-files.ts';
import { copyFirmwareNow, MEMORY_FILE, syncFirmwareState } from '../systems/files/state-files.ts';

/** Device state besides memory. */
const DEVICE_BYTES = 16 * 1024 * 1024;
const MIB = 1024 * 1024;

/** Does the drive write to this file? A Linux path and a client's text: the last part holds a GUID of ours. */
export const writesTo = (tops: ReadonlyMap<string, string>, drive: string, child: string): boolean =>
  tops.get(drive)?.split('/').at(-1) === child.split(/[\\/]/).at(-1);

/** The checkpoint's directory, which is being made. */
interface Place {
  readonly directory: string;
  readonly there: Promise<unknown>;
}

/** The running machine at one moment; answers whether its memory was kept. */
export const captureMachine = async (
  context: SystemsContext,
  step: StepContext,
  params: CreateParams,
  { directory, there, made, recorded }: Place & Required<Pick<CheckpointRequest, 'made' | 'recorded'>>,
): Promise<boolean> => {
  const machine = context.fleet.get(params.system)?.machine;
  if (machine === undefined) {
    await there;
    throw new DomainError('failed', 'The virtual machine went off before the checkpoint was taken.');
  }
  const planned = overlaysOf(context, params, made);
  const take = async (memory: boolean, freeze: boolean): Promise<boolean> => {
    const room = memory ? requireMemoryRoom(context, params, directory) : Promise.resolve();
    const [overlays] = await allOf([planned, there, room]);
    const request: CheckpointRequest = {
      overlays,
      made,
      recorded,
      memory: memory ? join(directory, MEMORY_FILE) : null,
      freeze,
      atMoment: () => copyFirmwareNow(context.paths.stateDirectory(params.system), directory),
    };
    await machine.checkpoint(request, (fraction) => step.progress(fraction), step.signal);
    await syncFirmwareState(directory);
    return memory;
  };
  const memory = await takeAs(context, params, machine, take);
  const overlays = await planned;
  setImages(context, params.system, new Map(overlays.map(({ disk, image }) => [disk, image])));
  return memory;
};

const requireMemoryRoom = ({ fleet }: SystemsContext, { system }: CreateParams, directory: string): Promise<void> => {
  const mb = fleet.get(system)?.spec.memory.mb ?? 0;
  return requireSpace(directory, mb * MIB + DEVICE_BYTES, 'the memory of the checkpoint');
};

/**
 * The new files over what the machine has open; all below them was looked into when it was opened, and is not again: a
 * checkpoint of a long chain takes no longer than that of a short one.
 */
const overlaysOf = async (
  { fleet, graph, paths, disks }: SystemsContext,
  params: CreateParams,
  made: Promise<void>,
): Promise<CheckpointRequest['overlays']> => {
  const open = fleet.get(params.system)?.spec.disks ?? [];
  const system = graph.system(params.system);
  const held = system === undefined ? new Set() : heldFiles(graph, system);
  return Promise.all(
    params.disks.map(async ({ drive, file: text, child }) => {
      const below = open.find(({ id }) => id === drive)?.image ?? null;
      if (below === null) {
        await made;
        return { disk: drive, image: await disks.inspect(child, 'disk') };
      }
      const [lower, ...others] = linksOf(below);
      const image: DiskImage = {
        file: await paths.diskFile(child),
        format: 'qcow2',
        readOnly: false,
        // As withOwnFiles: what an overlay lies over may be merged into.
        backing: [{ ...lower, ...(held.has(text) ? {} : { own: true as const }) }, ...others],
      };
      return { disk: drive, image };
    }),
  );
};

/** UserSnapshotType: file systems at rest, memory, or memory where the guest cannot be brought to rest. */
const takeAs = async (
  context: SystemsContext,
  params: CreateParams,
  machine: Machine,
  take: (memory: boolean, freeze: boolean) => Promise<boolean>,
): Promise<boolean> => {
  switch (params.capture) {
    case 'memory':
      return take(true, false);
    case 'disks':
      return take(false, false);
    case 'frozen':
      return take(false, true);
    case 'frozenOrMemory':
      if (machine.figures().guestAgent !== 'ok') return take(true, false);
      try {
        return await take(false, true);
      } catch (error) {
        const tops = await machine.tops();
        const changed = params.disks.some(({ drive, child }) => writesTo(tops, drive, child));
        if (changed || !(error instanceof DomainError)) throw error;
        context.log.warn({ err: error, system: params.system }, 'the guest was not brought to rest; memory is kept');
        return take(true, false);
      }
    default:
      return params.capture satisfies never;
  }
};

/** The words about a running machine's disks follow the record. */
export const refreshSpec = async (context: SystemsContext, id: Guid): Promise<void> => {
  const system = context.graph.system(id);
  if (context.fleet.get(id) === undefined || system === undefined) return;
  const images = new Map<string, DiskImage>();
  for (const { drive, file } of disksOf(system.active))
    images.set(
      drive,
      await withOwnFiles(
        context.paths,
        system,
        heldFiles(context.graph, system),
        await context.disks.inspect(file, 'disk'),
      ),
    );
  setImages(context, id, images);
};

/** `images` by drive. */
const setImages = ({ fleet }: SystemsContext, id: Guid, images: ReadonlyMap<string, DiskImage>): void => {
  const held = fleet.get(id);
  if (held === undefined) return;
  const disks = held.spec.disks.map((disk) => {
    const image = disk.media === 'disk' ? images.get(disk.id) : undefined;
    return image === undefined ? disk : { ...disk, image };
  });
  fleet.setSpec(id, { ...held.spec, disks });
};
