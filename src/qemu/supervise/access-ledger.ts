import { allOf } from '../all-of.ts';
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

  /**
   * Gives QEMU's user what it lacks to reach the files. Rejects with DomainError `accessDenied`. `made`: a file that the caller
   * has made and takes away again, with its ACL, when it dies before this resolves; of that it is written down meanwhile.
   */
  give(
    machineId: string,
    requests: readonly AccessRequest[],
    { made }: { readonly made?: string } = {},
  ): Promise<void> {
    return this.#inTurn(async (user) => {
      const missing = await Promise.all(
        requests.map(async ({ owner, file, access }) =>
          (await missingAccess(user, file, access)).map((grant) => ({ ...grant, owner })),
        ),
      ).then((grants) => grants.flat());
      const record = this.#records.get(machineId);
      if (missing.length === 0 || record === null) return;
      const fresh = missing.filter((grant) => !record.grants.some((held) => isSame(held, grant)));
      const written =
        fresh.length === 0
          ? Promise.resolve()
          : this.#records.change(machineId, { grants: [...record.grants, ...fresh] }, true);
      if (!fresh.every(({ path }) => path === made)) await written;
      // An entry that is there already gives way to the new one: never to a weaker one.
      const paths = new Set(missing.map(({ path }) => path));
      const held = this.#records.all().flatMap(({ grants }) => grants.filter(({ path }) => paths.has(path)));
      await allOf([written, giveAccess(user, [...missing, ...held])]);
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
