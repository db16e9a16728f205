import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WsmanClient } from '../../client/client.ts';
import { Connection, ConnectionError, type ConnectionOptions } from '../../client/connection.ts';
import { RECIPES } from './client-recipes.ts';
import { type ConnectOptions, connectionOf, UsageError } from '../connect.ts';
import { type Finding, showFinding } from './finding.ts';
import { printable } from '../print/output.ts';

export interface LoginOptions extends ConnectOptions {
  /** Print ready configuration for this client. */
  readonly client?: string;
}

const TIMEOUT_MS = 10_000;
/** How far clocks may differ for Kerberos. */
const SKEW_MS = 5 * 60_000;
const SERVICE = 'Msvm_VirtualSystemManagementService';
const ACCESS_DENIED = 32769;

/** `vsms doctor login`: which of address, port, TLS, scheme, clock, user or role keeps a client out, and what to do. */
export async function loginDoctor(options: LoginOptions): Promise<void> {
  const connection = await connectionOf(options);
  const url = new URL(connection.url);
  if (options.client !== undefined) {
    showRecipe(options.client, url, connection.user);
    return;
  }
  for (const step of STEPS) {
    const finding = await step(url, connection);
    showFinding({ ...finding, text: printable(finding.text) });
    // What comes after would fail for the same reason.
    if (finding.verdict === 'bad') return;
  }
  console.log(`\nReady configuration for a client: vsms doctor login --client ${Object.keys(RECIPES).join('|')}`);
}

type Step = (url: URL, connection: ConnectionOptions) => Promise<Finding>;

const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');
const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

const address: Step = async (url) => {
  try {
    const found = await lookup(hostOf(url), { all: true });
    return {
      verdict: 'ok',
      what: 'address',
      text: `${hostOf(url)} is ${found.map((each) => each.address).join(', ')}`,
    };
  } catch {
    return {
      verdict: 'bad',
      what: 'address',
      text: `${hostOf(url)} has no address; check the name, DNS, or /etc/hosts`,
    };
  }
};

const tcpFailure = (host: string, at: number): Promise<string | null> =>
  new Promise((resolve) => {
    const socket = connectTcp({ host, port: at, timeout: TIMEOUT_MS });
    const end = (failure: string | null): void => {
      socket.destroy();
      resolve(failure);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end('no answer: a firewall may drop it'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });

const port: Step = async (url) => {
  const failure = await tcpFailure(hostOf(url), portOf(url));
  if (failure === null) return { verdict: 'ok', what: 'port', text: `${portOf(url)} is open` };
  const others = await Promise.all(
    [5986, 5985].map(async (at) => ((await tcpFailure(hostOf(url), at)) === null ? [at] : [])),
  );
  const open = others.flat().filter((at) => at !== portOf(url));
  const hint =
    open.length > 0
      ? `port ${open.join(' and ')} is open: use http for 5985, https for 5986`
      : 'the service may be down, or listen on 127.0.0.1 only (setting listen)';
  return { verdict: 'bad', what: 'port', text: `${portOf(url)}: ${failure}; ${hint}` };
};

/** What OpenSSL says of a certificate, in words that help. */
const CERTIFICATE_HELP: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed: compare its fingerprint on the server, then give it as --ca FILE',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here: give it as --ca FILE',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known here: give it as --ca FILE',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here: give it as --ca FILE',
  CERT_HAS_EXPIRED: 'it has expired, or the clock of this machine is wrong',
  CERT_NOT_YET_VALID: 'it is not valid yet: the clock of this machine may be wrong',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'it is for another name: use a name that it has, or another certificate (tls_certificate)',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS is spoken there: use http for 5985, https for 5986',
  EPROTO: 'no TLS is spoken there: use http for 5985, https for 5986',
  ECONNRESET: 'no TLS is spoken there: use http for 5985, https for 5986',
};

const tls: Step = async (url, { ca, insecure }) => {
  if (url.protocol === 'http:')
    return {
      verdict: 'note',
      what: 'TLS',
      text: 'none (http): clients must encrypt messages by NTLM or Kerberos, or be on the host itself',
    };
  return new Promise((resolve) => {
    const host = hostOf(url);
    const socket = connectTls({
      host,
      port: portOf(url),
      // An address is no name of a server in TLS.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      rejectUnauthorized: false,
      ca,
      timeout: TIMEOUT_MS,
    });
    const end = (finding: Omit<Finding, 'what'>): void => {
      socket.destroy();
      resolve({ what: 'TLS', ...finding });
    };
    socket.once('secureConnect', () => {
      const { fingerprint256 } = socket.getPeerCertificate();
      const said = `${socket.getProtocol() ?? ''}, certificate SHA-256 ${fingerprint256}`;
      const code = socket.authorized
        ? null
        : String((socket.authorizationError as { code?: string } | null)?.code ?? socket.authorizationError);
      if (code === null) end({ verdict: 'ok', text: said });
      else if (insecure === true)
        end({ verdict: 'note', text: `${said}; not trusted (${code}), and --insecure takes it` });
      else end({ verdict: 'bad', text: `${said}: ${CERTIFICATE_HELP[code] ?? code}` });
    });
    socket.once('timeout', () => end({ verdict: 'bad', text: 'the handshake takes too long' }));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({ verdict: 'bad', text: CERTIFICATE_HELP[error.code ?? ''] ?? error.message }),
    );
  });
};

/** A request without credentials: which schemes may be used, and what time it is there. */
const scheme: Step = async (url, connection) => {
  const { status, challenges, date } = await new Connection(connection).challenges();
  if (challenges.length === 0) return { verdict: 'bad', what: 'schemes', text: nothingOffered(url, status) };
  const names = challenges.map((challenge) => challenge.split(' ')[0] ?? '').join(', ');
  const clock = clockText(date);
  if (names.includes('Basic'))
    return { verdict: clock === '' ? 'ok' : 'note', what: 'schemes', text: `${names}${clock}` };
  const hint =
    url.protocol === 'http:'
      ? 'Basic is not allowed in clear (allow_unencrypted): use https'
      : 'Basic is not offered there, and vsms speaks no other';
  return { verdict: 'bad', what: 'schemes', text: `${names}; ${hint}${clock}` };
};

/** Over plain HTTP from elsewhere there is no Basic (K1), and no Negotiate before somebody has opted in to NTLM. */
function nothingOffered({ protocol }: URL, status: number): string {
  if (status !== 401) return `it asks for no log-in (HTTP ${status}): this is no WS-Management service`;
  return protocol === 'http:'
    ? 'nobody is let in over plain HTTP from here (allow_unencrypted): use https, or, for clients that encrypt messages by NTLM, let an account opt in: vsms user set NAME --ntlm on the host, VSMS_ADMIN_NTLM=1 for admin'
    : 'it refuses everybody and offers no log-in (HTTP 401): this is no vsms, or a proxy before it hides what it offers';
}

/** What to add when the clocks are further apart than Kerberos allows; else nothing. */
function clockText(date: Date | null): string {
  const skew = date === null ? 0 : Math.abs(date.getTime() - Date.now());
  return skew > SKEW_MS ? `; clocks differ by ${Math.round(skew / 60_000)} minutes, and Kerberos allows five` : '';
}

const user: Step = async (_url, connection) => {
  try {
    const { vendor, version } = await new WsmanClient(connection).identify();
    return { verdict: 'ok', what: 'user', text: `${connection.user} is logged in; ${vendor} ${version}` };
  } catch (error) {
    if (!(error instanceof ConnectionError) || error.status !== 401) throw error;
    return {
      verdict: 'bad',
      what: 'user',
      text: `${connection.user} with this password is refused; on the host, vsms user list tells the accounts and vsms audit list --kind denied why`,
    };
  }
};

/** Calls without parameters change nothing; who may not is told before anything is looked at. */
const role: Step = async (_url, connection) => {
  const client = new WsmanClient(connection);
  const denied = async (method: 'ModifyServiceSettings' | 'RemoveKvpItems'): Promise<boolean> =>
    (await client.invoke({ className: SERVICE }, method, {})).returnValue === ACCESS_DENIED;
  if (!(await denied('ModifyServiceSettings'))) return { verdict: 'ok', what: 'role', text: 'administrator' };
  if (!(await denied('RemoveKvpItems')))
    return { verdict: 'note', what: 'role', text: 'operator: power states, keys and KVP; nothing is made or deleted' };
  return { verdict: 'note', what: 'role', text: 'viewer: reads only; vsms user role NAME operator changes that' };
};

const STEPS: readonly Step[] = [address, port, tls, scheme, user, role];

function showRecipe(client: string, url: URL, name: string): void {
  const recipe = RECIPES[client];
  if (recipe === undefined) throw new UsageError(`--client is one of ${Object.keys(RECIPES).join(', ')}.`);
  console.log(recipe({ host: hostOf(url), port: portOf(url), tls: url.protocol === 'https:', user: name }));
}
