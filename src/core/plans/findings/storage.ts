import { ChainError } from '../../../vhd/chain/chain-error.ts';
import { firstText } from '../../devices/effective.ts';
import { IMAGE_KINDS } from '../../devices/wiring.ts';
import type { DiskMedia, DiskSweep, ParentDoubt } from '../../disks/disk-files.ts';
import type { DomainError, ErrorSource } from '../../errors.ts';
import type { Configuration, DeviceSetting } from '../../model.ts';
import { MEDIA_OF } from '../../systems/machine/external-checks.ts';
import { quote } from '../../systems/refusals.ts';
import { findInExport } from '../exported-files.ts';
import { type Check, type CheckSubject, type Finding, finding, MESSAGE, ofDevice, refusalOf } from './finding.ts';

/** Files of disks, CDs and floppies, of the active settings and of every checkpoint that was found. */
export const checkStorage: Check = async (subject) => {
  const { plan } = subject;
  const found: Finding[] = [];
  const sweep = subject.context.disks.sweep();
  const configurations = [
    plan.active,
    ...plan.snapshots.filter(({ type }) => type !== 'missing').map(({ configuration }) => configuration),
  ];
  // Disks of checkpoints lie over the same files.
  const doubted = new Set<string>();
  for (const configuration of configurations)
    for (const device of configuration.devices) {
      if (!IMAGE_KINDS.has(device.kind)) continue;
      for (const each of await imageOf(subject, sweep, configuration, device)) {
        if (each.messageId === MESSAGE.parentChanged) {
          if (doubted.has(each.message)) continue;
          doubted.add(each.message);
        }
        found.push(each);
      }
    }
  return found;
};

/** An empty drive is no finding (K14). */
const imageOf = async (
  subject: CheckSubject,
  disks: DiskSweep,
  configuration: Configuration,
  device: DeviceSetting,
): Promise<readonly Finding[]> => {
  const { plan } = subject;
  const text = firstText(device, 'HostResource');
  if (text === null) return [];
  const media = MEDIA_OF[device.kind] ?? 'disk';
  const source = ofDevice(plan, configuration, device);
  const doubts: ParentDoubt[] = [];
  const refused = await refusalOf(async () => {
    doubts.push(...disks.doubtsOf(await disks.inspect(text, media, 'read')));
  });
  if (refused !== null) return [await refusedImage(subject, { text, media, refused, source })];
  return doubts.map((doubt) => parentChanged(source, doubt));
};

/** A VHD has nothing else that tells whether its parent was written to (hyperv-files §4 has more for VHDX), and copies lose it. */
const parentChanged = (source: ErrorSource, { parent, message }: ParentDoubt): Finding =>
  finding('parentChanged', source, `${message} If it was written to since, the disk above it is damaged.`, {
    arguments: [parent],
    actions: [
      `If ${quote(parent)} was only copied, which can change that time, go on; a copy made with its times (robocopy /COPY:DAT, cp -p) tells for sure. If it was written to, put it back as it was.`,
      'SetParentVirtualHardDisk with the two disks has the time noted anew.',
    ],
  });

interface RefusedImage {
  readonly text: string;
  readonly media: DiskMedia;
  readonly refused: DomainError;
  readonly source: ErrorSource;
}

const refusedImage = async (
  subject: CheckSubject,
  { text, media, refused, source }: RefusedImage,
): Promise<Finding> => {
  const { paths } = subject;
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
