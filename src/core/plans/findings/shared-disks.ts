import { firstText } from '../../devices/effective.ts';
import { quote } from '../../systems/refusals.ts';
import { elementNameOf } from '../../systems/system-defaults.ts';
import { findInExport } from '../exported-files.ts';
import { type SharedDisk, sharedDisks } from '../shared-disks.ts';
import { type Check, type CheckSubject, type Finding, finding, ofDevice } from './finding.ts';

/**
 * A path of the source host may be that of another machine's disk here: what is there by accident is no disk of this one
 * (paths.md, Import). The owner may mean it, as Hyper-V lets him.
 */
export const checkSharedDisks: Check = async (subject) => {
  const { plan, context, paths } = subject;
  const machines = [...context.graph.systems()].filter(({ kind }) => kind === 'realized');
  const found: Finding[] = [];
  for (const each of await sharedDisks(paths, plan, machines)) found.push(...(await sharedDisk(subject, each)));
  return found;
};

const sharedDisk = async (
  { plan, paths }: CheckSubject,
  { text, file, user }: SharedDisk,
): Promise<readonly Finding[]> => {
  const image = plan.active.devices.find(
    (device) => device.kind === 'hardDiskImage' && firstText(device, 'HostResource') === text,
  );
  if (image === undefined) return [];
  const own = plan.importSource === undefined ? null : await findInExport(paths, plan.importSource, text);
  const other = own === null || (await paths.resolve(own, 'file')).file === file ? [] : [own];
  const [proposed] = other;
  return [
    finding(
      'diskShared',
      ofDevice(plan, plan.active, image),
      `The virtual hard disk ${quote(text)} is one of the virtual machine ${quote(elementNameOf(user.active))} here. Two machines that write to one disk damage it.`,
      {
        arguments: [text, ...other],
        actions: [
          proposed === undefined
            ? 'Set HostResource to a copy of the disk with ModifyResourceSettings.'
            : `A file of that name in the import is ${quote(proposed)}: set HostResource to it with ModifyResourceSettings.`,
        ],
      },
    ),
  ];
};
