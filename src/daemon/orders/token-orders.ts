import { z } from 'zod';
import type { AuditTrail } from '../../audit/trail.ts';
import type { Token, Tokens } from '../../auth/tokens.ts';
import type { Users } from '../../auth/users.ts';
import { type ControlOrders, OrderRefusal } from './control.ts';
import { noAccount, readOrder, recordOrders } from './user-orders.ts';

/** Names of the orders, for whoever gives them. */
export const TOKEN_ORDERS = { list: 'token-list', create: 'token-create', remove: 'token-remove' } as const;

export interface TokenSummary {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly role: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt: string;
}

const creation = z.strictObject({
  name: z.string().min(1).max(100),
  user: z.string().min(1).max(64),
  role: z.enum(['administrator', 'operator', 'viewer'], 'it is administrator, operator or viewer'),
  /** Days until its end. */
  days: z.number().positive().max(10_000),
});

const summary = ({ id, name, user, role, createdAt, expiresAt }: Token): TokenSummary => ({
  id,
  name,
  user,
  role,
  createdAt,
  expiresAt,
});

const DAY_MS = 86_400_000;

/** API tokens, managed from this host itself. */
export const tokenOrders = (tokens: Tokens, users: Users, trail: AuditTrail): ControlOrders => {
  const told = recordOrders(trail);
  return {
    [TOKEN_ORDERS.list]: async () => tokens.list().map(summary),
    [TOKEN_ORDERS.create]: async (given) => {
      const { user, days, ...wanted } = readOrder(creation, given);
      return told('token create', user, async () => {
        const owner = users.get(user);
        if (owner === undefined) throw noAccount(user);
        const { token, text } = await tokens.create(owner, {
          ...wanted,
          expiresAt: new Date(Date.now() + days * DAY_MS),
        });
        return { ...summary(token), token: text };
      });
    },
    [TOKEN_ORDERS.remove]: async (given) => {
      const { id } = readOrder(z.strictObject({ id: z.string().max(64) }), given);
      await told('token remove', id, async () => {
        if (!(await tokens.remove(id)))
          throw new OrderRefusal(`There is no token ${JSON.stringify(id)}.`, { missing: true });
      });
      return null;
    },
  };
};
