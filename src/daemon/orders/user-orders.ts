import { z } from 'zod';
import type { AuditTrail } from '../../audit/trail.ts';
import { SHORTEST_PASSWORD } from '../../auth/password.ts';
import type { Users } from '../../auth/users.ts';
import { type ControlOrders, OrderRefusal } from './control.ts';

/** Names of the orders, for whoever gives them. */
export const USER_ORDERS = { list: 'user-list', set: 'user-set', role: 'user-role', remove: 'user-remove' } as const;

const role = z.enum(['administrator', 'operator', 'viewer'], 'it is administrator, operator or viewer');
const name = z.string().min(1).max(64);
const setting = z.strictObject({
  name,
  password: z
    .string()
    .min(SHORTEST_PASSWORD, `it is too short, use at least ${SHORTEST_PASSWORD} characters`)
    .max(1000),
  /** Not given: as it is; `viewer` for a new account. */
  role: role.optional(),
  /** Keep what NTLM needs of the password (K8); not given: as it is. */
  ntlm: z.boolean().optional(),
});

/** What came of removing an account. */
export interface Removal {
  /** CIM-XML subscriptions that it had made, and that are disabled now. */
  readonly disabled: number;
}

/** An account as an administrator sees it. */
export interface UserSummary {
  readonly name: string;
  readonly role: string;
  readonly ntlm: boolean;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** Runs an order and writes it down; what accounts and tokens cannot be is a refusal of the order. */
export const recordOrders =
  (trail: AuditTrail) =>
  async <T>(what: string, subject: string, work: () => Promise<T>): Promise<T> => {
    let result = 'ok';
    try {
      return await work();
    } catch (error) {
      result = 'refused';
      if (error instanceof RangeError) throw new OrderRefusal(error.message);
      throw error;
    } finally {
      await trail.append({
        kind: 'change',
        who: 'local administrator',
        from: 'local',
        protocol: 'control',
        what,
        objects: [subject],
        result,
        requestId: null,
      });
    }
  };

/**
 * Accounts, managed from this host itself: whoever may enter the state directory is its administrator already. `leave` ends
 * the stored subscriptions of accounts that are no more, and answers how many.
 */
export const userOrders = (users: Users, trail: AuditTrail, leave: () => Promise<number>): ControlOrders => {
  const told = recordOrders(trail);
  return {
    [USER_ORDERS.list]: async () =>
      users.list().map(
        (user): UserSummary => ({
          name: user.name,
          role: user.role,
          ntlm: user.ntlm !== undefined,
          createdAt: user.createdAt,
        }),
      ),
    [USER_ORDERS.set]: async (given) => {
      const { password, ...account } = readOrder(setting, given);
      const before = users.get(account.name);
      await told('user set', account.name, () =>
        users.set(
          account.name,
          password,
          account.role ?? null,
          account.ntlm === undefined ? {} : { ntlm: account.ntlm },
        ),
      );
      return { created: before === undefined };
    },
    [USER_ORDERS.role]: async (given) => {
      const wanted = readOrder(z.strictObject({ name, role }), given);
      await told(`user role ${wanted.role}`, wanted.name, async () => {
        if (users.get(wanted.name) === undefined) throw noAccount(wanted.name);
        await users.setRole(wanted.name, wanted.role);
      });
      return null;
    },
    [USER_ORDERS.remove]: async (given) => {
      const wanted = readOrder(z.strictObject({ name }), given);
      const user = users.get(wanted.name);
      await told('user remove', wanted.name, async () => {
        if (user === undefined || !(await users.remove(user.name))) throw noAccount(wanted.name);
      });
      return { disabled: user === undefined ? 0 : await leave() } satisfies Removal;
    },
  };
};

export const noAccount = (name: string): OrderRefusal =>
  new OrderRefusal(`There is no account ${JSON.stringify(name)}.`, { missing: true });

export const readOrder = <T>(shape: z.ZodType<T>, given: unknown): T => {
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new OrderRefusal(`${issue?.path.join('.') ?? 'The order'}: ${issue?.message ?? 'not usable'}.`);
};
