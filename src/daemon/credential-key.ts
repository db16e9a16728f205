import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { SECRET_KEY_BYTES, SecretBox } from '../auth/secret-box.ts';

/**
 * The key under which NT hashes are kept in the store: in a file of its own in the state directory, made at first use,
 * so that a copy of the store alone logs nobody in (decisions K8).
 */
export async function openCredentialKey(stateDirectory: string): Promise<SecretBox> {
  const path = join(stateDirectory, 'credential.key');
  try {
    const key = await readFile(path);
    if (key.length === SECRET_KEY_BYTES) return new SecretBox(key);
    throw new Error(
      'credential.key in the state directory is damaged. Remove it; users of NTLM must then be given their passwords anew.',
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = randomBytes(SECRET_KEY_BYTES);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(key);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const directory = await open(stateDirectory);
  try {
    // What the key seals is worthless without it: it must be there before the first record that needs it.
    await directory.sync();
  } finally {
    await directory.close();
  }
  return new SecretBox(key);
}
