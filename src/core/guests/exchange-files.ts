/** The files by which host and guest tell one another items: records of a name and its data, each filled up with zeros. */
export interface ExchangeFiles {
  readonly fromHost: string;
  readonly toHost: string;
}

/** As the services of Hyper-V in Linux guests have them (hv_kvp_daemon, pools 0 and 1). */
const LINUX: ExchangeFiles = { fromHost: '/var/lib/hyperv/.kvp_pool_0', toHost: '/var/lib/hyperv/.kvp_pool_1' };

/**
 * Windows keeps items in its registry, where the agent does not reach: a script in the guest carries them (docs/clients.md), by
 * files in a folder where only administrators write.
 */
const WINDOWS: ExchangeFiles = {
  fromHost: 'C:\\Program Files\\vsms\\kvp_pool_0',
  toHost: 'C:\\Program Files\\vsms\\kvp_pool_1',
};

/** By the name that the guest's agent tells of its system. */
export const exchangeFiles = (operatingSystem: string): ExchangeFiles =>
  /windows/i.test(operatingSystem) ? WINDOWS : LINUX;
