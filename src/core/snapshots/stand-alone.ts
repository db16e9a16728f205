import { chainFiles } from '../disks/chain-files.ts';
import { DomainError } from '../errors.ts';
import type { StepContext } from '../jobs/definition.ts';
import type { VirtualSystem } from '../model.ts';
import type { SystemsContext } from '../systems/context.ts';
import { HAS_MACHINE } from '../systems/power.ts';
import { quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { differencingOf, disksOf, withoutFile } from '../differencing/disk-tree.ts';
import { commitInTurn } from './in-turn.ts';
import { requireRoomBelow } from './stream-task.ts';

/**
 * Disks of a machine that is off, which lie over files that others need as they are, come to lie over nothing: what is below
 * them is copied into them, and they are the client's from then on. Interrupted at any moment, it is done again. Answers
 * whether there was any.
 * @throws DomainError fileInUse where another machine writes to a file below, LackOfRoom
 */
export const standAlone = async (
  context: SystemsContext,
  step: StepContext,
  system: VirtualSystem,
): Promise<boolean> => {
  const { disks, images, log } = context;
  const current = new Set(disksOf(system.active).map(({ file }) => file));
  const rows = differencingOf(system).filter(({ file, parent }) => parent !== null && current.has(file));
  for (const { parent } of rows) if (parent !== null) await requireStill(context, system, parent);
  for (const { file } of rows) {
    const image = await disks.inspect(file, 'disk');
    // A job that died may have come as far as that.
    if (chainFiles(image).length > 1) {
      await requireRoomBelow(image, 'all that a disk of its own holds');
      await images.stream(image, (fraction) => step.progress(fraction), step.signal);
    }
    await commitInTurn(context, system.id, step.signal, (now) => ({ differencing: withoutFile(now, file) }));
    log.info({ system: system.id, file }, 'a disk was made whole: what it lay over is needed by others as it is');
  }
  return rows.length > 0;
};

/** What is written to meanwhile reads as nothing that ever was. */
const requireStill = async (context: SystemsContext, system: VirtualSystem, file: string): Promise<void> => {
  const user = await context.diskUsers.userOf(system.id, [file]);
  if (user === null || user.how !== 'names' || !HAS_MACHINE.has(user.system.power)) return;
  throw new DomainError(
    'fileInUse',
    `${quote(file)} is attached to ${quote(elementNameOf(user.system.active))}, which writes to it. Turn that virtual machine off first.`,
    { hresult: '0x80070020' },
  );
};
