import { ChainError } from '../../../vhd/chain-error.ts';
import { firstText } from '../../devices/effective.ts';
import { IMAGE_KINDS } from '../../devices/wiring.ts';
import type { DiskFiles } from '../../disks/disk-files.ts';
import type { DomainError } from '../../errors.ts';
import type { Configuration, DeviceSetting } from '../../model.ts';
import { MEDIA_OF } from '../../systems/external-checks.ts';
import { quote } from '../../systems/refusals.ts';
import { findInExport } from '../exported-files.ts';
import { type Check, type CheckSubject, type Finding, finding, ofDevice, refusalOf } from './finding.ts';

/** Files of disks, CDs and floppies, of the active settings and of every checkpoint that was found. */
export const checkStorage: Check = async (subject) => {
  const { plan } = subject;
  const found: Finding[] = [];
  const sweep = subject.context.disks.sweep();
  const configurations = [
    plan.active,
    ...plan.snapshots.filter(({ type }) => type !== 'missing').map(({ configuration }) => configuration),
  ];
  for (const configuration of configurations)
    for (const device of configuration.devices) {
      const each = IMAGE_KINDS.has(device.kind) ? await imageOf(subject, sweep, configuration, device) : null;
      if (each !== null) found.push(each);
    }
  return found;
};

/** An empty drive is no finding (K14). */
const imageOf = async (
  subject: CheckSubject,
  disks: Pick<DiskFiles, 'inspect'>,
  configuration: Configuration,
  device: DeviceSetting,
): Promise<Finding | null> => {
  const { paths, plan } = subject;
  const text = firstText(device, 'HostResource');
  if (text === null) return null;
  const media = MEDIA_OF[device.kind] ?? 'disk';
  const refused = await refusalOf(() => disks.inspect(text, media, 'read'));
  if (refused === null) return null;
  const source = ofDevice(plan, configuration, device);
  const missing = (await refusalOf(() => paths.resolve(text, 'file'))) !== null;
  if (media !== 'disk') {
    const found = await findFile(subject, text);
    return finding('attachment', source, `The attachment ${quote(text)} could not be opened: ${refused.message}`, {
      arguments: [text, ...found],
      actions: [proposal(found), 'Or remove the medium with RemoveResourceSettings.'],
    });
  }
  if (missing) {
    const found = await findFile(subject, text);
    return finding('diskMissing', source, `The virtual hard disk ${quote(text)} was not found: ${refused.message}`, {
      arguments: [text, ...found],
      actions: [proposal(found)],
    });
  }
  if (isChainProblem(refused)) {
    return finding(
      'diskChain',
      source,
      `The chain of the virtual hard disk ${quote(text)} is broken: ${refused.message}`,
      {
        arguments: [text],
        actions: ['Put the file that it descends from beside it, or correct its parent on the source host.'],
      },
    );
  }
  return finding('attachment', source, `The virtual hard disk ${quote(text)} could not be opened: ${refused.message}`, {
    arguments: [text],
    actions: ['Set HostResource to another file with ModifyResourceSettings, or remove the disk.'],
  });
};

/** The file itself is there: what is not found then is one that it lies over. */
const isChainProblem = (error: DomainError): boolean => {
  if (error.hresult === '0x80070002' || error.hresult === '0x80070003') return true;
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++)
    if (at instanceof ChainError) return true;
  return false;
};

/** What to do; `found` is the second argument of the finding too, for programs that do it. */
const proposal = ([file]: readonly string[]): string =>
  file === undefined
    ? 'Set HostResource to the file with ModifyResourceSettings.'
    : `A file of that name is ${quote(file)}: set HostResource to it with ModifyResourceSettings.`;

/** hyperv-files §3. One file, or none. */
const findFile = async ({ plan, paths }: CheckSubject, text: string): Promise<readonly string[]> => {
  const file = plan.importSource === undefined ? null : await findInExport(paths, plan.importSource, text);
  return file === null ? [] : [file];
};
