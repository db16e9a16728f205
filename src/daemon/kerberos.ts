import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KerberosServer } from '../auth/kerberos/acceptor.ts';
import { ReplayCache } from '../auth/kerberos/replay-cache.ts';
import { ReplayFile } from '../auth/kerberos/replay-file.ts';
import { type KeytabEntry, KeytabError, readKeytab } from '../auth/kerberos/keytab.ts';
import type { User, Users } from '../auth/users.ts';
import type { Log } from '../core/log.ts';
import type { Config } from './config/config.ts';
import { StartRefusal } from './start-refusal.ts';

/** What is to be closed with the service. */
export interface OpenKerberos extends Disposable {
  readonly server: KerberosServer<User>;
}

/** Kerberos as the configuration has it; null: there is no keytab. @throws StartRefusal for a keytab that is of no use */
export const openKerberos = async (
  config: Pick<Config, 'kerberos' | 'channel_binding'>,
  users: Pick<Users, 'get'>,
  stateDirectory: string,
  log: Pick<Log, 'error'>,
): Promise<OpenKerberos | null> => {
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
  const now = Date.now();
  const used = await openReplays(join(stateDirectory, 'kerberos-replays'), now, log);
  const server = new KerberosServer<User>({
    keytab,
    replays: new ReplayCache(undefined, {
      ...(used === null ? {} : { file: used }),
      onLost: (error) =>
        log.error(
          { err: error },
          'used Kerberos tickets are not written down any more: the next start would not know them',
        ),
    }),
    // Without a file, and after a power cut, whatever was shown to a former service may be shown again.
    ...(used?.isWhole === true ? {} : { notBefore: now }),
    channelBinding: config.channel_binding,
    findAccount: (principal) => {
      const name = nameOf(principal);
      return name === undefined ? undefined : users.get(name);
    },
  });
  return { server, [Symbol.dispose]: () => used?.[Symbol.dispose]() };
};

/** Null: it cannot be had; a service that comes up on a full disk lets people in all the same. */
const openReplays = async (path: string, now: number, log: Pick<Log, 'error'>): Promise<ReplayFile | null> => {
  try {
    return new ReplayFile(path, (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim(), now);
  } catch (error) {
    log.error({ err: error, file: path }, 'used Kerberos tickets are kept in memory only');
    return null;
  }
};

const readKeys = async (file: string): Promise<readonly KeytabEntry[]> => {
  try {
    return readKeytab(await readFile(file));
  } catch (error) {
    if (error instanceof KeytabError) throw new StartRefusal(`${file}: ${error.message}`, error);
    throw new StartRefusal(`The keytab ${file} cannot be read: ${(error as Error).message}`, error);
  }
};
