import { readFile } from 'node:fs/promises';
import { KerberosServer } from '../auth/kerberos/acceptor.ts';
import { type KeytabEntry, KeytabError, readKeytab } from '../auth/kerberos/keytab.ts';
import type { User, Users } from '../auth/users.ts';
import type { Config } from './config/config.ts';
import { StartRefusal } from './start-refusal.ts';

/** Kerberos as the configuration has it; null: there is no keytab. @throws StartRefusal for a keytab that is of no use */
export const openKerberos = async (config: Config, users: Users): Promise<KerberosServer<User> | null> => {
  const { keytab: file, realms, users: mapped } = config.kerberos;
  if (file === null) return null;
  const keytab = await readKeys(file);
  if (keytab.length === 0) {
    throw new StartRefusal(
      `The keytab ${file} has no AES keys. Make them with ktadd -e aes256-cts-hmac-sha1-96:normal, for HTTP/HOST.`,
    );
  }
  const nameOf = (principal: string): string | undefined => {
    const named = Object.hasOwn(mapped, principal) ? mapped[principal] : undefined;
    if (named !== undefined) return named;
    // Of a principal like alice/admin nobody but the administrator of this host can say who it is.
    const [, name, realm] = /^([^/@]+)@([^@]+)$/.exec(principal) ?? [];
    return realm !== undefined && realms.includes(realm) ? name : undefined;
  };
  return new KerberosServer<User>({
    keytab,
    channelBinding: config.channel_binding,
    findAccount: (principal) => {
      const name = nameOf(principal);
      return name === undefined ? undefined : users.get(name);
    },
  });
};

const readKeys = async (file: string): Promise<readonly KeytabEntry[]> => {
  try {
    return readKeytab(await readFile(file));
  } catch (error) {
    if (error instanceof KeytabError) throw new StartRefusal(`${file}: ${error.message}`, error);
    throw new StartRefusal(`The keytab ${file} cannot be read: ${(error as Error).message}`, error);
  }
};
