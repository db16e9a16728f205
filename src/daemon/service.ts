import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { isLoopback } from '../auth/address.ts';
import { createAuthenticator } from '../auth/authenticator.ts';
import { Lockout } from '../auth/lockout.ts';
import { Sessions } from '../auth/sessions.ts';
import { Tokens } from '../auth/tokens.ts';
import { type User, Users } from '../auth/users.ts';
import { loadRepository } from '../cim/repository/load.ts';
import { createCimxmlServer } from '../cimxml/endpoint/server.ts';
import { createCore } from '../core/core.ts';
import { createDiskFiles } from '../core/disks/inspected-files.ts';
import { DomainError } from '../core/errors.ts';
import { readHostFacts } from '../core/host/facts.ts';
import type { HostNetwork } from '../core/networks/host-network.ts';
import { readHostBridges } from '../core/networks/host-bridges.ts';
import { createPathResolver } from '../core/paths/resolver.ts';
import type { Store } from '../core/ports.ts';
import { Uploads } from '../core/transfer/uploads.ts';
import { recordTo } from '../http/recorder.ts';
import { exchangeItemReader } from '../msvm/exchange-item.ts';
import { V2 } from '../msvm/register.ts';
import { createImageTool } from '../qemu/images/image-tool.ts';
import { InheritedAccess } from '../qemu/images/inherited-access.ts';
import { createRestServer } from '../rest/server.ts';
import { openHostDisks } from '../qemu/host-disks/host-disks.ts';
import { openLinuxNetwork } from '../qemu/networks/linux-network.ts';
import { SimulatedNetwork } from '../simulated/networks.ts';
import { StoreRefusal } from '../store/sqlite/refusal.ts';
import { openSqliteStore } from '../store/sqlite/store.ts';
import { createWsmanServer } from '../wsman/endpoint/server.ts';
import { applyChosenPassword, ensureAdmin } from './admin.ts';
import { auditChanges, auditDenials, auditLogins, openAuditTrail } from './audit.ts';
import { followCertificateEnd } from './listeners/certificate-end.ts';
import { loadCertificate, loadClientAuthorities } from './listeners/certificate-store.ts';
import { later, systemClock } from './clock.ts';
import { consoleTargets } from './console-targets.ts';
import { HOST_SHUTDOWN, openControl } from './orders/control.ts';
import type { Config } from './config/config.ts';
import { openCredentialKey } from './credential-key.ts';
import { openDataDirectory } from './data-directory.ts';
import { type Endpoints, publishEndpoints } from './endpoints.ts';
import { eventSinks } from './event-sinks.ts';
import { FirstPassword } from './first-password.ts';
import { openHypervisor } from './hypervisor.ts';
import { indicationStorage } from './storage/indication-storage.ts';
import { openKerberos } from './kerberos.ts';
import { createListeners, type Listeners, type TlsFiles } from './listeners/listeners.ts';
import { machineTraffic, runningMachines } from './machine-traffic.ts';
import { switchTraffic } from './switch-traffic.ts';
import { createObjectManager } from './object-manager.ts';
import { restAccounts } from './rest/accounts.ts';
import { restAdministration } from './rest/administration.ts';
import { restFiles } from './rest/files.ts';
import { asAdministrator } from './rest/right.ts';
import { securityProfiles } from './security-profiles.ts';
import { sessionStorage } from './storage/session-storage.ts';
import { StartRefusal } from './start-refusal.ts';
import { followTlsFiles } from './listeners/tls-renewal.ts';
import { tokenOrders } from './orders/token-orders.ts';
import { tokenStorage } from './storage/token-storage.ts';
import { uploadStorage } from './storage/upload-storage.ts';
import { userOrders } from './orders/user-orders.ts';
import { userStorage } from './storage/user-storage.ts';
import { VERSION } from './version.ts';

export interface RunningService {
  readonly endpoints: Endpoints;
  /** What is to be printed of the password that was made for `admin` at this start. */
  readonly firstStart: readonly string[];
  /** Hypervisor and accelerator, in words. */
  readonly summary: string;
  /** Close the listeners and let go; guests keep running (decisions K20). */
  stop(): Promise<void>;
}

export interface ServiceSeams {
  /** Put something between the service and its store: crash tests end the process at a chosen commit. */
  readonly wrapStore?: (store: Store) => Store;
  /** Other adapters and bridges than the host has: crash tests compare a service before and after, while somebody else makes some. */
  readonly wrapNetwork?: (network: HostNetwork) => HostNetwork;
  readonly bridges?: readonly string[];
  /** What is printed is kept: no secret may be among it. */
  readonly journaled?: boolean;
  readonly unheardErrors?: () => number;
}

/** The whole service: store, domain, Hyper-V's view of it, WS-Management. @throws StartRefusal */
export async function runService(config: Config, log: Logger, seams: ServiceSeams = {}): Promise<RunningService> {
  // What has been opened is closed again, last first, when a later part refuses to start.
  await using opened = new AsyncDisposableStack();
  const directory = await openDataDirectory(config.data_dir, config.paths);
  const opening = await openStore(join(directory.state, 'vsms.db'));
  opened.defer(() => opening.close());
  const store = seams.wrapStore?.(opening) ?? opening;

  const trail = await openAuditTrail(directory.state, config, log);
  opened.defer(() => trail.close());
  const logins = opened.use(auditLogins(trail, log.child({ part: 'auth' })));

  const host = await readHostFacts();
  const users = await Users.open(userStorage(store), host.name, await openCredentialKey(directory.state));
  if (config.admin_password !== null) await applyChosenPassword(users, config.admin_password, config.admin_ntlm);
  const first = new FirstPassword(directory.state, seams.journaled !== true);
  await first.forgetIfOver(users);
  if (users.size === 0 && !isLoopback(config.listen)) {
    throw new StartRefusal(
      `Nobody has chosen a password yet, so the service does not listen on ${config.listen}. ` +
        'Set VSMS_ADMIN_PASSWORD, or listen on 127.0.0.1 first.',
    );
  }

  const openedKerberos = await openKerberos(config, users, directory.state, log);
  if (openedKerberos !== null) opened.use(openedKerberos);
  const kerberos = openedKerberos?.server ?? null;

  const clock = systemClock;
  const inheritedAccess = new InheritedAccess();
  const images = createImageTool(undefined, undefined, undefined, inheritedAccess);
  const found =
    config.hypervisor === 'simulated'
      ? new SimulatedNetwork()
      : await openLinuxNetwork(join(directory.state, 'networks'));
  const network = seams.wrapNetwork?.(found) ?? found;
  const directories = { state: directory.state, run: join(config.run_dir, 'machines') };
  const hypervisor = await openHypervisor(config, {
    network,
    directories,
    clock,
    log,
    hostMemoryMb: host.memoryMb,
    images,
    inheritedAccess,
  }).catch((error: unknown) => {
    if (error instanceof DomainError) throw new StartRefusal(error.message, error);
    throw error;
  });
  opened.defer(() => hypervisor.close());
  const paths = createPathResolver({
    dataDirectory: directory.root,
    stateDirectory: directory.state,
    drives: config.paths.drives,
    shares: config.paths.shares,
    roots: config.paths.roots,
    style: config.paths.style,
  });
  const repository = loadRepository();
  const schema = repository.namespace(V2);
  const core = await createCore({
    store,
    hypervisor,
    network,
    clock,
    later,
    paths,
    disks: createDiskFiles(paths),
    images,
    host,
    directories,
    bridges: seams.bridges ?? (await readHostBridges()),
    natSwitch: config.nat_switch,
    hostDisks: await openHostDisks(join(config.run_dir, 'attached'), log),
    exportStyle: config.export_disks === 'as_is' ? 'asIs' : 'hyperV',
    log: log.child({ part: 'core' }),
    ...(schema === undefined ? {} : { exchangeItem: exchangeItemReader(schema) }),
  });
  opened.defer(() => core.close());

  const manager = createObjectManager({
    config,
    repository,
    core,
    host,
    users,
    trail,
    clock,
    drives: paths.drives(),
    storage: indicationStorage(store),
    log,
  });
  opened.defer(() => manager.close());
  const { broker, indications, withNames } = manager;
  await core.recover();
  await indications.open();

  const loadTls = async (): Promise<TlsFiles> => ({
    certificate: await loadCertificate({
      certificateFile: config.tls_certificate,
      keyFile: config.tls_key,
      stateDirectory: directory.state,
      hostNames: [host.name.toLowerCase(), 'localhost'],
      addresses: localAddresses(),
      log,
    }),
    clientAuthorities: await loadClientAuthorities(config.client_certificates),
  });
  let tls = await loadTls();
  const shared = {
    address: config.listen,
    limits: { connections: config.limits.connections, perAddress: config.limits.connections_per_address },
    onFull: (from: string, share: number) =>
      log.warn({ from, share }, 'one address has all the connections that it may have'),
    tls,
  };
  const listeners = createListeners({ ...shared, httpPort: config.http_port, httpsPort: config.https_port });
  const cimxmlListeners = createListeners({
    ...shared,
    httpPort: config.cimxml_port,
    httpsPort: config.cimxmls_port,
  });
  const frontEnd = {
    broker,
    turnedAway: auditDenials(trail),
    authenticate: createAuthenticator({
      users,
      hostName: host.name,
      allowUnencrypted: config.allow_unencrypted,
      channelBinding: config.channel_binding,
      otherNames: config.allowed_hosts.map((name) => name.toLowerCase()),
      ntlmScheme: config.ntlm_scheme,
      kerberos,
      certificates: config.client_certificates.users,
      lockout: new Lockout({
        after: config.lockout.after,
        forMs: config.lockout.minutes * 60_000,
        isAccount: (name) => users.get(name) !== undefined,
      }),
      onAttempt: logins.tell,
    }),
    limits: { maxRequestBytes: config.limits.request, maxOperationsPerUser: config.limits.operations_per_user },
    ...(config.record === null
      ? {}
      : { record: recordTo(config.record, (err) => log.error({ err }, 'an exchange could not be recorded')) }),
  };
  const wsman = createWsmanServer({
    ...frontEnd,
    changed: auditChanges(trail),
    log: log.child({ part: 'wsman' }),
    identity: { securityProfiles: securityProfiles(users, kerberos !== null, config) },
    allowDelivery: eventSinks(config.event_sinks),
  });
  opened.defer(() => wsman.close());
  wsman.register(listeners.routes);
  const cimxml = createCimxmlServer({ ...frontEnd, log: log.child({ part: 'cimxml' }) });
  opened.defer(() => cimxml.close());
  cimxml.register(cimxmlListeners.routes);
  const ownerOf = ({ name }: User): string => `${host.name}\\${name}`;
  // Another password or role is another account to what is open; nobody waits for sinks that are told.
  users.onChange((before) => {
    if (before.name === 'admin')
      first.forget().catch((err: unknown) => log.warn({ err }, 'a file could not be removed'));
    cimxml.forget(ownerOf(before));
    wsman.forget(ownerOf(before)).catch((err: unknown) => log.warn({ err }, 'an event sink was not told of the end'));
    if (users.get(before.name) === undefined) rest.forget(ownerOf(before));
  });
  const leave = (): Promise<number> => indications.endOrphans();
  const tokens = await Tokens.open(tokenStorage(store), users);
  const sessions = await Sessions.open({
    users,
    storage: sessionStorage(store),
    onFailure: (err) => log.warn({ err }, 'the use of a session could not be stored'),
  });
  const administrator = asAdministrator(trail);
  const rest = createRestServer({
    broker,
    accounts: restAccounts({
      users,
      sessions,
      tokens,
      trail,
      hostName: host.name,
      authenticate: frontEnd.authenticate,
      allowUnencrypted: config.allow_unencrypted,
      onAttempt: logins.tell,
    }),
    files: restFiles(paths, await Uploads.open({ storage: uploadStorage(store), paths }), administrator),
    administration: restAdministration({
      users,
      tokens,
      trail,
      stateDirectory: directory.state,
      asAdministrator: administrator,
      leave,
    }),
    facts: {
      hypervisor: hypervisor.verdict.hypervisor,
      hypervisorVersion: hypervisor.verdict.version,
      accelerator: hypervisor.verdict.accelerator,
      acceleratorReason: hypervisor.verdict.reason,
    },
    log: log.child({ part: 'rest' }),
    hosts: [host.name, ...config.allowed_hosts],
    version: VERSION,
    consoles: consoleTargets(core.graph, paths, trail, withNames),
    traffic: machineTraffic(core.graph),
    running: runningMachines(core.graph),
    switchTraffic: switchTraffic(core.graph, network),
    unheardErrors: seams.unheardErrors ?? (() => 0),
    consoleDirectory: join(import.meta.dirname, '../../console/dist'),
  });
  opened.defer(() => rest.close());
  rest.register(listeners.routes);
  const urls = await openAll(config.listen, listeners);
  opened.defer(() => listeners.close());
  const cimxmlUrls = await openAll(config.listen, cimxmlListeners);
  opened.defer(() => cimxmlListeners.close());
  const pairs = [listeners, cimxmlListeners];
  const renew = async (): Promise<void> => {
    tls = await loadTls();
    for (const pair of pairs) pair.renew(tls);
  };
  const current = (): string => tls.certificate.certificate;
  opened.use(followCertificateEnd({ current, own: config.tls_certificate === null, renew }, log));
  opened.use(followTlsFiles(config, renew, log));
  const control = await openControl(
    directory.state,
    {
      [HOST_SHUTDOWN]: async () => {
        log.info('the host goes down: virtual machines stop as their settings say');
        // Nobody starts a machine behind our back.
        await Promise.all(pairs.map((pair) => pair.close()));
        const left = await core.stopForHost();
        setImmediate(() => process.kill(process.pid, 'SIGTERM'));
        return left;
      },
      ...userOrders(users, trail, leave),
      ...tokenOrders(tokens, users, trail),
    },
    log,
  );
  opened.defer(() => control.close());
  // Last of all that can fail: a password that is stored but never shown would lock everybody out.
  const firstStart = await ensureAdmin(users, first);
  const endpoints = { ...urls, cimxml: cimxmlUrls.http, cimxmls: cimxmlUrls.https, pid: process.pid };
  opened.use(await publishEndpoints(directory.root, endpoints, log));

  const { verdict } = hypervisor;
  log.info({ ...endpoints, ...verdict }, 'listening');
  const closing = opened.move();
  return {
    endpoints,
    firstStart,
    summary: `${verdict.hypervisor} ${verdict.version}${verdict.accelerator === 'none' ? '' : `, ${verdict.accelerator}`}`,
    stop: () => closing.disposeAsync(),
  };
}

/** @throws StartRefusal */
const openAll = (address: string, listeners: Listeners): Promise<{ readonly http: string; readonly https: string }> =>
  listeners.open().catch((error: unknown) => {
    throw new StartRefusal(`The service cannot listen on ${address}: ${(error as Error).message}`, error);
  });

async function openStore(file: string): Promise<Store> {
  try {
    return await openSqliteStore(file);
  } catch (error) {
    if (error instanceof StoreRefusal) throw new StartRefusal(error.message, error);
    throw error;
  }
}

/** Addresses of this host for the certificate's SAN. */
const localAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map((entry) => entry.address.replace(/%.*$/, ''));
