import type { Guid, VirtualSystem } from '../model.ts';
import type { ExportRequest } from '../requests.ts';
import type { CreateParams } from '../snapshots/create-params.ts';
import { disksOf, notSnapshottable } from '../differencing/disk-tree.ts';
import { childName } from '../differencing/child-name.ts';
import type { SystemsContext } from '../systems/context.ts';
import { newGuid } from '../systems/identifiers.ts';
import { STATE_WORDS } from '../systems/power.ts';
import { settingSource, wrongState } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';

/** CaptureLiveState: what of a running machine goes along (planned-systems §9). */
const CAPTURES: Readonly<Record<NonNullable<ExportRequest['live']>, CreateParams['capture']>> = {
  disks: 'disks',
  memory: 'memory',
  application: 'frozen',
};

/**
 * The moment of a running machine that an export holds: a recovery checkpoint that goes away with the job. Its names are
 * chosen before any file is made, and stored with the begin of the job. @throws DomainError
 */
export const liveMoment = (
  context: Pick<SystemsContext, 'clock'>,
  system: VirtualSystem,
  live: NonNullable<ExportRequest['live']>,
  options: { readonly savedState: boolean },
): CreateParams => {
  const { power } = system;
  if (power !== 'running' && power !== 'paused')
    throw wrongState(`The virtual machine is ${STATE_WORDS[power]}. Export it when that has ended.`);
  const held = notSnapshottable(system.active);
  if (held !== undefined)
    throw wrongState(
      'The virtual machine runs and has a device of the host, which cannot be held still. Turn it off before the export.',
      settingSource(system.active.id, held.part, system.id),
    );
  // Without its memory a machine is what a power cut leaves.
  const capture = live === 'memory' && !options.savedState ? 'disks' : CAPTURES[live];
  const name = elementNameOf(system.active);
  return {
    system: system.id,
    machine: name,
    snapshot: newGuid(),
    recovery: true,
    values: { ElementName: `${name} - export` },
    createdAt: context.clock.now(),
    live: true,
    capture,
    disks: disksOf(system.active).map(({ part, drive, file }) => ({
      part,
      drive,
      file,
      child: childName(file, newGuid()),
    })),
  };
};

/** The checkpoint of an export's moment; null: the machine is at rest. */
export const momentOf = ({ moment }: { readonly moment?: CreateParams }): Guid | null => moment?.snapshot ?? null;
