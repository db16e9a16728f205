import type { DiskUser } from '../differencing/disk-users.ts';
import { DomainError } from '../errors.ts';
import type { Guid } from '../model.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';

/** A file is somebody else's too, and stays as it is until that is over. */
export class FileUsed extends DomainError {
  readonly user: DiskUser;

  constructor(file: string, user: DiskUser) {
    super('fileInUse', `${sentenceOf(file, user)} The merge goes on by itself then.`);
    this.user = user;
  }
}

/**
 * Files of a system that are to be changed or deleted are no others' too: whoever names one, or has an overlay over it, would read
 * what changes under it, or lose it. Asked before work in the background.
 * @throws FileUsed
 */
export const requireUnused = async (
  { diskUsers }: Pick<SystemsContext, 'diskUsers'>,
  system: Guid,
  files: readonly string[],
): Promise<void> => {
  for (const file of files) {
    const user = await diskUsers.userOf(system, [file]);
    if (user !== null) throw new FileUsed(file, user);
  }
};

const sentenceOf = (file: string, { system, how, recorded }: DiskUser): string => {
  const machine = quote(elementNameOf(system.active));
  if (how === 'names')
    return `${quote(file)} is attached to another virtual machine, ${machine}, or to this one a second time. Detach it there.`;
  const lies = `A disk of ${machine} lies over ${quote(file)}, and would not fit it any more.`;
  return recorded
    ? `${lies} Delete that virtual machine, whose disk becomes a whole one first.`
    : `${lies} Convert it into a whole one, or delete it, and take it out of that virtual machine.`;
};
