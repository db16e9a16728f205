import { stat } from 'node:fs/promises';
import type { ImageTool } from '../../core/disks/image-tool.ts';
import { filesOf } from '../../core/disks/chain-files.ts';
import { DomainError } from '../../core/errors.ts';
import { syncFile } from '../../core/paths/sync.ts';
import type { BackingImage, DiskImage } from '../../core/machine-spec.ts';
import { type Bounds, copyBounds, type CopySize, copyTimeMs, HELPERS } from '../supervise/confinement.ts';
import { commitNodes } from './commit-nodes.ts';
import { growVhdxFile } from './grow-vhdx.ts';
import { backingName, createEmptyOverlay, FORMAT_NAMES, virtualSize } from './empty-overlay.ts';
import type { InheritedAccess } from './inherited-access.ts';
import { PlainModes } from './plain-modes.ts';
import { interrupted, refused, runQemuImg, stopped, TOO_LATE } from './run-qemu-img.ts';
import { type NodeWork, type OpenNodes, withNodes } from './with-nodes.ts';
import { streamAtOnce } from '../machine/stream.ts';
import { holdFiles } from '../supervise/lock-files.ts';
import { replayLogOf } from '../supervise/replay-log.ts';
import { DEFAULT_PROGRAMS, type Programs } from '../host-services.ts';

/** A header is some dozen writes, and each may wait for a disk that is slow. */
const HEADER_TIME_MS = 300_000;

/** What qemu-img may take where it reads or writes a header only. */
export interface ToolBounds {
  readonly bounds: Bounds;
  readonly timeMs: number;
}

/** The port over qemu-img. Every image has been looked into by core/disks before it comes here (hardening 9). */
export const createImageTool = (
  program = 'qemu-img',
  programs: Programs = DEFAULT_PROGRAMS,
  header: ToolBounds = { bounds: HELPERS.header, timeMs: HEADER_TIME_MS },
  inherited: InheritedAccess | null = null,
): ImageTool => ({
  createOverlay: overlayMaker(inherited),
  commit: async (image, progress, signal) => {
    const { file, backing: [below, ...rest] = [] } = image;
    if (below === undefined) throw new DomainError('invalidParameter', 'The disk lies over no other.');
    const size = await copySize([{ file, format: 'qcow2' }]);
    if (hasParents(image) || !(await isReplayed(image))) {
      // What serves a differencing VHDX opens it for writing from the beginning.
      const written = { ...image, backing: [{ ...below, own: true as const }, ...rest] };
      await onNodes(written, { programs, size, signal }, (nodes) => commitNodes(nodes, progress, signal));
    } else {
      // -d: the overlay keeps what it holds.
      await runQemuImg(program, ['commit', '-p', '-d', '-f', 'qcow2', file], {
        bounds: copyBounds(size),
        timeMs: copyTimeMs(size),
        progress,
        signal,
      });
    }
    await syncFile(below.file);
  },
  stream: async (image, progress, signal) => {
    const size = await copySize(filesOf(image));
    await onNodes(image, { programs, size, signal }, ({ monitor, top }) =>
      streamAtOnce(monitor, top, progress, signal),
    );
    await syncFile(image.file);
  },
  grow: async (file, format, bytes) => {
    // qemu-img cuts nothing off unless it is told to, and says so in words of its own.
    if (BigInt(bytes) < (await virtualSize({ file, format })))
      throw new DomainError('invalidParameter', 'The disk is larger than that; here it can only grow.');
    if (format === 'vhdx') return growVhdxFile(file, bytes);
    await runQemuImg(program, ['resize', '-q', '-f', format, file, String(bytes)], header);
    await syncFile(file);
  },
  hold: holdFiles,
  rebase: async (overlay, below) => {
    await runQemuImg(program, ['rebase', '-q', '-u', '-f', 'qcow2', ...backing(overlay, below), overlay], header);
    await syncFile(overlay);
  },
});

/** Then qemu-img cannot work on it: it opens all that lies below, and knows no parents of VHD and VHDX. */
const hasParents = ({ backing: below = [] }: DiskImage): boolean =>
  below.some(({ parents = [] }) => parents.length > 0);

/** Nor can it where a log below must stay: it opens all that lies there, and a VHDX with a log for writing alone. */
const isReplayed = async ({ backing: below = [] }: DiskImage): Promise<boolean> => {
  const base = below.at(-1);
  return base?.format !== 'vhdx' || (await replayLogOf(base.file));
};

/** Rejects with DomainError. */
const onNodes = async (
  image: DiskImage,
  { programs, size, signal }: NodeWork,
  work: (nodes: OpenNodes) => Promise<void>,
): Promise<void> => {
  const late = AbortSignal.timeout(copyTimeMs(size));
  await withNodes(image, { programs, size, signal: AbortSignal.any([signal, late]) }, work).catch((error: unknown) => {
    if (signal.aborted) throw interrupted();
    if (late.aborted) throw stopped(programs.storageDaemon, TOO_LATE, error);
    throw error instanceof DomainError ? error : refused(programs.storageDaemon, error);
  });
};

const overlayMaker = (inherited: InheritedAccess | null): ImageTool['createOverlay'] => {
  const modes = new PlainModes();
  return (file, below, { running } = { running: false }) =>
    createEmptyOverlay(file, below, { modes, inherited: running ? inherited : null });
};

const backing = (overlay: string, below: BackingImage): readonly string[] => [
  '-b',
  backingName(overlay, below.file),
  '-F',
  FORMAT_NAMES[below.format],
];

/** Of the first image the size of the disk, of all what their files hold: no more than that is copied. */
const copySize = async (images: readonly BackingImage[]): Promise<CopySize> => {
  const virtual = images[0] === undefined ? 0 : Number(await virtualSize(images[0]));
  const held = await Promise.all(
    images.map(async ({ file }) => {
      const { blocks, size } = await stat(file);
      // A device has no blocks of a file, and some file systems do not tell.
      return blocks === 0 ? size || virtual : blocks * 512;
    }),
  );
  return { stored: held.reduce((sum, bytes) => sum + bytes, 0), virtual };
};
