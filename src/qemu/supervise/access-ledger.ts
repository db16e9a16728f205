import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { giveAccess, missingAccess, splitGrants, takeAccess, type Access } from './access.ts';
import type { MachineRecord, MachineRecords } from './machine-record.ts';
import type { RunUser } from './user.ts';

type OwnedGrant = MachineRecord['grants'][number];

const isSame = (a: OwnedGrant, b: OwnedGrant): boolean =>
  a.owner === b.owner && a.path === b.path && a.access === b.access;

/** Access that something of a machine needs; `owner` as in the record: `disk:<id>` or `machine`. */
export interface AccessRequest {
  readonly owner: string;
  readonly file: string;
  readonly access: Access;
}

/**
 * Who holds which ACL, over all machines of this service: an image or folder that two machines use keeps its entry until
 * the last of them is done. What is given is written down first, durably: ACLs outlive a power cut.
 */
export class AccessLedger {
  readonly #user: RunUser | null;
  readonly #records: MachineRecords;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(user: RunUser | null, records: MachineRecords) {
    this.#user = user;
    this.#records = records;
  }

  /** Writes down what files that are about to be made come with, or are given next; their folders are there. */
  note(machineId: string, requests: readonly AccessRequest[]): Promise<void> {
    return this.#inTurn(async (user) => {
      const expected = requests.map(async ({ owner, file, access }) => {
        const folder = await realpath(dirname(file));
        const grants = [...(await missingAccess(user, folder, 'x')), { path: join(folder, basename(file)), access }];
        return grants.map((grant) => ({ ...grant, owner }));
      });
      await this.#write(machineId, (await Promise.all(expected)).flat());
    });
  }

  /** Gives QEMU's user what it lacks to reach the files. Rejects with DomainError `accessDenied`. */
  give(machineId: string, requests: readonly AccessRequest[]): Promise<void> {
    return this.#inTurn(async (user) => {
      const missing = await Promise.all(
        requests.map(async ({ owner, file, access }) =>
          (await missingAccess(user, file, access)).map((grant) => ({ ...grant, owner })),
        ),
      ).then((grants) => grants.flat());
      if (missing.length === 0 || this.#records.get(machineId) === null) return;
      await this.#write(machineId, missing);
      // An entry that is there already gives way to the new one: never to a weaker one.
      const paths = new Set(missing.map(({ path }) => path));
      const held = this.#records.all().flatMap(({ grants }) => grants.filter(({ path }) => paths.has(path)));
      await giveAccess(user, [...missing, ...held]);
    });
  }

  /** Takes back what was given for `owner`, or everything of the machine. */
  take(machineId: string, owner?: string): Promise<void> {
    return this.#inTurn(async (user) => {
      const record = this.#records.get(machineId);
      if (record === null) return;
      const mine = record.grants.filter((grant) => owner === undefined || grant.owner === owner);
      if (mine.length === 0) return;
      const kept = record.grants.filter((grant) => !mine.includes(grant));
      const others = this.#records.all().flatMap((other) => (other.id === machineId ? kept : other.grants));
      const { take, lower } = splitGrants(mine, others);
      await takeAccess(user, take);
      await giveAccess(user, lower);
      // Where that cannot be written (a full disk), the record names entries that are not there: they are taken once more, at worst.
      await this.#records.change(machineId, { grants: kept }, true).catch(() => undefined);
    });
  }

  /** Durable; nothing of a machine that is gone. */
  async #write(machineId: string, grants: readonly OwnedGrant[]): Promise<void> {
    const held = this.#records.get(machineId)?.grants ?? [];
    const fresh = grants.filter((grant) => !held.some((other) => isSame(other, grant)));
    if (fresh.length > 0) await this.#records.change(machineId, { grants: [...held, ...fresh] }, true);
  }

  #inTurn(work: (user: RunUser) => Promise<void>): Promise<void> {
    const user = this.#user;
    if (user === null) return Promise.resolve();
    const turn = this.#turn.then(
      () => work(user),
      () => work(user),
    );
    this.#turn = turn.catch(() => {});
    return turn;
  }
}
