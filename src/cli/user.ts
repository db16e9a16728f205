import { type Removal, USER_ORDERS, type UserSummary } from '../daemon/user-orders.ts';
import { UsageError } from './connect.ts';
import { order } from './control.ts';
import { jsonText, printable, table } from './output.ts';
import { readSecret } from './secret.ts';

interface SetOptions {
  readonly role?: string;
  readonly ntlm?: boolean;
}

/** `vsms user list`: accounts of the service of this machine. */
export async function listUsers(options: { readonly output: string }): Promise<void> {
  const users = (await order(USER_ORDERS.list)) as readonly UserSummary[];
  if (options.output === 'json') console.log(jsonText(users));
  else if (options.output === 'name') for (const { name } of users) console.log(printable(name));
  else {
    const rows = users.map(({ name, role, ntlm, createdAt }) => [
      printable(name),
      role,
      ntlm ? 'yes' : 'no',
      createdAt.slice(0, 10),
    ]);
    console.log(table(['name', 'role', 'NTLM', 'created'], rows));
  }
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
