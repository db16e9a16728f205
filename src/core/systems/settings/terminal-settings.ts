import type { ServiceSettings, SettingValue, SettingValues } from '../../model.ts';
import { sameValue } from '../../settings-equal.ts';
import type { SystemsContext } from '../context.ts';
import { invalid, quote } from '../refusals.ts';
import { SERVICE_KEY } from './service-settings.ts';
import { checkRange, checkValues } from '../value-checks.ts';

/** SHA-512 is the longest hash that a certificate is named by. */
const LONGEST_HASH_BYTES = 64;
const HEX = /^(?:[0-9a-f]{2})+$/i;

/**
 * ModifyServiceSettings of Msvm_TerminalService (other-services §6): NULL is unchanged, equal is no change. Kept for the clients
 * that are told by them where a gateway to the consoles listens; this service has none.
 */
export const modifyTerminalSettings = async (
  context: Pick<SystemsContext, 'turns' | 'graph' | 'ledger'>,
  given: SettingValues,
): Promise<void> => {
  checkValues(given);
  for (const [name, value] of Object.entries(given)) if (value !== null) CHECKS[name]?.(name, value);
  await context.turns.run('service-settings', async () => {
    const before = context.graph.serviceSettings();
    const held: SettingValues = before.terminal ?? {};
    const changes = Object.entries(given).filter(([name, value]) => value !== null && !sameValue(held[name], value));
    if (changes.length === 0) return;
    const after: ServiceSettings = { ...before, terminal: { ...held, ...Object.fromEntries(changes) } };
    await context.ledger.commitChange({ kind: 'service', before, after }, [
      { table: 'settings', key: SERVICE_KEY, value: after },
    ]);
  });
};

const checkHashes = (name: string, value: SettingValue): void => {
  for (const hash of Array.isArray(value) ? value : [value])
    if (typeof hash !== 'string' || !HEX.test(hash) || hash.length > 2 * LONGEST_HASH_BYTES)
      throw invalid(`${name} holds ${quote(String(hash))}, which is no hash in hexadecimal digits.`);
};

const CHECKS: Readonly<Record<string, (name: string, value: SettingValue) => void>> = {
  ListenerPort: (name, value) => checkRange(name, value, 1, 65_535),
  TrustedIssuerCertificateHashes: checkHashes,
  AuthCertificateHash: (name, value) => {
    if (Array.isArray(value) && value.length > LONGEST_HASH_BYTES)
      throw invalid(`${name} has ${value.length} bytes; a hash has at most ${LONGEST_HASH_BYTES}.`);
  },
};
