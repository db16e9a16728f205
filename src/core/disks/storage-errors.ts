import { DISK_FULL, DomainError } from '../errors.ts';
import { shown } from '../paths/refusal.ts';

/** Of the file system that is written to: what it means, and the Windows code that clients look for. */
const MEANINGS: Readonly<Record<string, readonly [text: string, hresult: string]>> = {
  ENOSPC: ['its file system is full. Make room or choose another folder.', DISK_FULL],
  EDQUOT: ['the quota of the service is used up there. Make room or choose another folder.', DISK_FULL],
  EACCES: ['the service may not write there. Correct its rights or choose another folder.', '0x80070005'],
  EPERM: ['the service may not write there. Correct its rights or choose another folder.', '0x80070005'],
  EROFS: ['its file system is read-only. Choose another folder.', '0x80070013'],
  EFBIG: ['its file system takes no file of that size. Choose another folder.', '0x800700DF'],
  ENAMETOOLONG: ['a name is too long for its file system. Choose another folder.', '0x8007006F'],
  EIO: ['its file system reports an error. Look at the log of the host.', '0x8007045D'],
};

/** Runs work that writes below `folder`; its file system's refusals are told in words. */
export const withStorageErrors = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const meaning = MEANINGS[(error as NodeJS.ErrnoException | null)?.code ?? ''];
    if (error instanceof DomainError || meaning === undefined) throw error;
    throw new DomainError('failed', `${shown(folder)} cannot be written to: ${meaning[0]}`, {
      hresult: meaning[1],
      cause: error,
    });
  }
};
