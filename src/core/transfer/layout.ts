import type { Guid } from '../model.ts';
import { checkFileName } from '../paths/client-path.ts';

/** Folders of an export since Server 2012 (planned-systems §9), below its own. */
export const FOLDERS = { machines: 'Virtual Machines', snapshots: 'Snapshots', disks: 'Virtual Hard Disks' } as const;

export const definitionName = (id: Guid): string => `${id}.vmcx`;

/** Runtime files of ours beside a definition, under its name and an ending that tells what they are. */
export const RUNTIME_ENDINGS = { savedState: '.vmstate', firmware: '.uefi.fd', tpm: '.tpm' } as const;

export type RuntimeKind = keyof typeof RUNTIME_ENDINGS;

const MAX_NAME_BYTES = 200;

/** A folder for a machine of this name: what Windows takes for a name of a file, and Linux too. */
export const exportFolderName = (name: string, id: Guid): string => {
  let folder = name.toWellFormed().replaceAll(/[\p{Cc}<>:"/\\|?*%]/gu, '_');
  while (Buffer.byteLength(folder) > MAX_NAME_BYTES) folder = folder.slice(0, -1);
  folder = folder
    .toWellFormed()
    .replace(/[. ]+$/, '')
    .trimStart();
  try {
    checkFileName(folder);
    return folder;
  } catch {
    // Nothing is left of it, or it is a word that Windows keeps for a device.
    return id;
  }
};

/** A name that nobody has in the folder, whatever its case: `disk.vhdx`, then `disk-2.vhdx`. `taken` takes it. */
export const freeName = (taken: Set<string>, stem: string, ending: string): string => {
  for (let n = 1; ; n++) {
    const name = n === 1 ? `${stem}${ending}` : `${stem}-${n}${ending}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
};
