import { type FileHandle, link, mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PlanDetails } from '../client/plan-details.ts';
import type { Plans } from '../client/plans.ts';
import { copyFile, type FileCopyOptions } from '../core/disks/copy-file.ts';
import { createImageTool } from '../qemu/images/image-tool.ts';
import { openChain } from '../vhd/chain/chain.ts';
import { inspectDisk } from '../vhd/inspect.ts';
import { besideChild, plainFile } from '../vhd/chain/parent-names.ts';
import { UsageError } from './connect.ts';
import { showProgress } from './print/progress.ts';

const FOLDER = 'Virtual Hard Disks';

/** The file with those it descends from, which lie beside it. */
const chainFiles = async (file: string): Promise<readonly string[]> => {
  const info = await inspectDisk(file);
  if (info.backing !== null)
    throw new UsageError(`${file} lies over another file. Copy its chain yourself, or leave --copy out.`);
  if (info.type !== 'differencing') return [file];
  const chain = await openChain(plainFile(file), besideChild);
  await chain.source.close();
  return chain.files.map((each) => each.file);
};

/**
 * Copies every disk of the plan with its chain into the plan's data root and points the plan at the copies. For a service
 * of this host. What was copied goes again when not all of it could be. @throws UsageError
 */
export const copyDisks = async (plans: Plans, plan: PlanDetails, signal: AbortSignal): Promise<void> => {
  const disks = [plan.active, ...plan.checkpoints].flatMap((each) => each.disks).filter(({ kind }) => kind === 'disk');
  const files = new Set<string>();
  for (const { file } of disks) {
    if (!file.startsWith('/')) throw new UsageError(`${file} is no path of this host; --copy needs one.`);
    for (const each of await chainFiles(file)) files.add(each);
  }
  const target = join(plan.dataRoot, FOLDER);
  if (!target.startsWith('/')) throw new UsageError(`${plan.dataRoot} is no path of this host. Give --root DIR.`);
  await mkdir(target, { recursive: true });
  const made: string[] = [];
  try {
    await copyAll([...files], target, made, signal);
    for (const { setting, file } of disks) await plans.setFile(setting, join(target, basename(file)));
  } catch (error) {
    for (const file of made) await rm(file, { force: true });
    throw error;
  }
};

/** The copy has its name when it is whole, and takes it from nobody. */
const copyOne = async (handle: FileHandle, copy: string, options: FileCopyOptions): Promise<void> => {
  const unfinished = join(dirname(copy), `.${basename(copy)}.${process.pid}.unfinished`);
  try {
    await copyFile(handle, unfinished, options);
    await link(unfinished, copy);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new UsageError(`${copy} exists already. Choose another folder with --root.`);
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
};

const copyAll = async (
  files: readonly string[],
  target: string,
  made: string[],
  signal: AbortSignal,
): Promise<void> => {
  // Of a machine that writes to its disk meanwhile the copy would be none of one moment.
  await using _held = await createImageTool().hold(files, 'read');
  const handles = await Promise.all(files.map((file) => open(file, 'r')));
  const progress = showProgress('Copying disks');
  try {
    const sizes = await Promise.all(handles.map(async (handle) => (await handle.stat()).size));
    const total = Math.max(
      1,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    let before = 0;
    for (const [i, handle] of handles.entries()) {
      const copy = join(target, basename(files[i] ?? ''));
      const note = (done: number): void => progress.show(((before + done) / total) * 100);
      await copyOne(handle, copy, { signal, progress: note });
      made.push(copy);
      before += sizes[i] ?? 0;
    }
  } finally {
    progress.end();
    await Promise.all(handles.map((handle) => handle.close()));
  }
};
