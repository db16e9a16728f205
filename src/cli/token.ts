import { TOKEN_ORDERS, type TokenSummary } from '../daemon/token-orders.ts';
import { UsageError } from './connect.ts';
import { order } from './control.ts';
import { jsonText, printable, table } from './output.ts';

/** `vsms token list`: API tokens of the service of this machine. */
export async function listTokens(options: { readonly output: string }): Promise<void> {
  const tokens = (await order(TOKEN_ORDERS.list)) as readonly TokenSummary[];
  if (options.output === 'json') {
    console.log(jsonText(tokens));
    return;
  }
  const rows = tokens.map(({ id, name, user, role, expiresAt }) => [
    printable(name),
    printable(user),
    role,
    expiresAt.slice(0, 10),
    id,
  ]);
  console.log(table(['name', 'user', 'role', 'expires', 'id'], rows));
}

/** `vsms token create NAME`: prints the token, which is told this once. */
export async function createToken(
  name: string,
  options: { readonly user: string; readonly role: string; readonly days: string },
): Promise<void> {
  const days = Number(options.days);
  if (!(days > 0)) throw new UsageError('--days is a number above 0.');
  const { token } = (await order(TOKEN_ORDERS.create, { name, user: options.user, role: options.role, days })) as {
    readonly token: string;
  };
  console.log(token);
}

/** `vsms token remove ID`. */
export async function removeToken(id: string): Promise<void> {
  await order(TOKEN_ORDERS.remove, { id });
  console.log(`${printable(id)} is removed.`);
}
