import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PathResolver } from '../../paths/resolver.ts';
import { quote } from '../../systems/refusals.ts';
import { type Check, type Finding, finding, ofConfiguration, refusalOf } from './finding.ts';

const MIB = 1024 * 1024;

/** What there can be of it, in bytes: OVMF's variables have 528 KiB, the state of a TPM some dozen KiB. */
const MOST = { firmware: 64 * MIB, tpm: 16 * MIB } as const;
const NAMES = { firmware: 'UEFI variables', tpm: 'state of a TPM' } as const;

/**
 * UEFI variables and TPM: Hyper-V keeps them in a file that only it reads (K14); ours are copied when the plan is realized, and
 * must be what they are called.
 */
export const checkGuestState: Check = async ({ plan, paths }) => {
  const found: Finding[] = [];
  if (plan.generation === 2 && plan.importSource?.foreign === true)
    found.push(
      finding(
        'guestState',
        ofConfiguration(plan, plan.active),
        'UEFI variables and the content of a virtual TPM are in the .vmgs file of the source host, which cannot be taken over.',
        {
          actions: [
            'They are made new when the virtual machine starts: have recovery keys of encrypted disks at hand.',
          ],
        },
      ),
    );
  for (const { kind, file, configuration } of plan.importSource?.runtime ?? []) {
    if ((kind !== 'firmware' && kind !== 'tpm') || file === null) continue;
    const owner = [plan.active, ...plan.snapshots.map((each) => each.configuration)].find(
      ({ id }) => id === configuration,
    );
    const why = owner === undefined ? null : await problemOf(paths, kind, file);
    if (owner === undefined || why === null) continue;
    found.push(
      finding('guestState', ofConfiguration(plan, owner), `The ${NAMES[kind]} ${quote(file)} cannot be used: ${why}`, {
        arguments: [file],
        blocking: true,
        actions: ['Take the file out of the import folder and import again; what was in it is made new then.'],
      }),
    );
  }
  return found;
};

const problemOf = async (paths: PathResolver, kind: 'firmware' | 'tpm', file: string): Promise<string | null> => {
  let bytes = 0;
  const refused = await refusalOf(async () => {
    const { file: place } = await paths.resolve(file, kind === 'tpm' ? 'folder' : 'file');
    const names = kind === 'tpm' ? (await readdir(place)).map((name) => join(place, name)) : [place];
    for (const name of names) bytes += (await lstat(name).catch(() => ({ size: 0 }))).size;
  });
  if (refused !== null) return refused.message;
  return bytes > MOST[kind] ? `it has ${bytes} bytes, and at most ${MOST[kind] / MIB} MiB are taken.` : null;
};
