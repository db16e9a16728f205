import { type Removal, USER_ORDERS, type UserSummary } from '../daemon/orders/user-orders.ts';
import { UsageError } from './connect.ts';
import { order } from './control.ts';
import { type Format, type Listing, listingText } from './print/listing.ts';
import { readSecret } from './secret.ts';

interface SetOptions {
  readonly role?: string;
  readonly ntlm?: boolean;
}

const LISTING: Listing<UserSummary> = {
  name: ({ name }) => name,
  columns: [
    { name: 'name', text: ({ name }) => name },
    { name: 'role', text: ({ role }) => role },
    { name: 'NTLM', text: ({ ntlm }) => (ntlm ? 'yes' : 'no') },
    { name: 'created', text: ({ createdAt }) => createdAt.slice(0, 10) },
  ],
};

/** `vsms user list`: accounts of the service of this machine. */
export async function listUsers({ output }: { readonly output: Format }): Promise<void> {
  console.log(await listingText((await order(USER_ORDERS.list)) as readonly UserSummary[], output, LISTING));
}

/** `vsms user set NAME`: makes an account, or gives it another password; VSMS_NEW_PASSWORD or a question has the password. */
export async function setUser(name: string, options: SetOptions): Promise<void> {
  const password = process.env['VSMS_NEW_PASSWORD'] ?? (await askTwice(name));
  const { created } = (await order(USER_ORDERS.set, {
    name,
    password,
    ...(options.role === undefined ? {} : { role: options.role }),
    ...(options.ntlm === undefined ? {} : { ntlm: options.ntlm }),
  })) as { readonly created: boolean };
  console.log(`${name} ${created ? 'is made' : 'has a new password'}.`);
}

/** `vsms user role NAME ROLE`. */
export async function setUserRole(name: string, role: string): Promise<void> {
  await order(USER_ORDERS.role, { name, role });
  console.log(`${name} is ${role} now.`);
}

/** `vsms user remove NAME`: whoever is logged in as it is logged out at once. */
export async function removeUser(name: string): Promise<void> {
  const { disabled } = (await order(USER_ORDERS.remove, { name })) as Removal;
  console.log(`${name} is removed.`);
  if (disabled > 0) console.log(`CIM-XML subscriptions that it had made, and that are disabled now: ${disabled}.`);
}

async function askTwice(name: string): Promise<string> {
  const password = await readSecret(`New password for ${name}: `);
  if (process.stdin.isTTY && (await readSecret('The same again: ')) !== password)
    throw new UsageError('The two passwords differ. Nothing is changed.');
  if (password === '') throw new UsageError('The password must not be empty.');
  return password;
}
