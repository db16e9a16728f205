import { TOKEN_ORDERS, type TokenSummary } from '../daemon/orders/token-orders.ts';
import { UsageError } from './connect.ts';
import { order } from './control.ts';
import { type Format, type Listing, listingText } from './print/listing.ts';
import { printable } from './print/output.ts';

const LISTING: Listing<TokenSummary> = {
  name: ({ name }) => name,
  columns: [
    { name: 'name', text: ({ name }) => name },
    { name: 'user', text: ({ user }) => user },
    { name: 'role', text: ({ role }) => role },
    { name: 'expires', text: ({ expiresAt }) => expiresAt.slice(0, 10) },
    { name: 'id', text: ({ id }) => id },
  ],
};

/** `vsms token list`: API tokens of the service of this machine. */
export async function listTokens({ output }: { readonly output: Format }): Promise<void> {
  console.log(await listingText((await order(TOKEN_ORDERS.list)) as readonly TokenSummary[], output, LISTING));
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
