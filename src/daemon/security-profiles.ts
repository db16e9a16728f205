import type { Users } from '../auth/users.ts';
import type { Config } from './config/config.ts';

const ROOT = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile';

/** How one may log in, as Identify tells it to whoever has (wire-wsman §5.1). */
export const securityProfiles =
  (
    users: Pick<Users, 'anyNtlm'>,
    kerberos: boolean,
    config: Pick<Config, 'allow_unencrypted' | 'client_certificates'>,
  ) =>
  (tls: boolean): readonly string[] => {
    const scheme = tls ? 'https' : 'http';
    return [
      ...(tls || config.allow_unencrypted !== 'never' ? [`${ROOT}/${scheme}/basic`] : []),
      ...(users.anyNtlm || kerberos ? [`${ROOT}/${scheme}/spnego-kerberos`] : []),
      ...(tls && config.client_certificates.ca !== null ? [`${ROOT}/https/mutual`] : []),
    ];
  };
