import { parseArgs } from 'node:util';
import pino from 'pino';
import { DomainError } from '../core/errors.ts';
import { loadConfig } from './config/config.ts';
import { ConfigError } from './config/config-error.ts';
import { isJournaled } from './first-password.ts';
import { LogFile } from './log-file.ts';
import { ServiceManager } from './service-manager.ts';
import { runService } from './service.ts';
import { StartRefusal } from './start-refusal.ts';
import { hearErrors } from './unheard-errors.ts';

/** `--http-port=0` and `--http_port=0` both name the setting http_port; `--simulated` is short for the hypervisor. */
function flags(args: readonly string[]): Record<string, string> {
  const named: Record<string, string> = {};
  const { tokens, positionals } = parseArgs({ args: [...args], strict: false, tokens: true, allowPositionals: true });
  if (positionals.length > 0) throw new ConfigError(`"${positionals[0]}" is not a setting; write --NAME=VALUE.`);
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    if (token.name === 'simulated') named['hypervisor'] = 'simulated';
    else if (token.value === undefined) throw new ConfigError(`--${token.name} needs a value: --${token.name}=VALUE.`);
    else named[token.name.replaceAll('-', '_')] = token.value;
  }
  return named;
}

/**
 * What the operator can mend: settings, the domain's own refusals (a damaged record, a store that cannot be read), and what
 * the kernel refuses, such as a file that is another user's. Anything else is a mistake of ours and keeps its stack.
 */
const isForOperator = (error: unknown): error is Error =>
  error instanceof ConfigError ||
  error instanceof StartRefusal ||
  error instanceof DomainError ||
  (error instanceof Error && 'syscall' in error && 'path' in error);

const manager = new ServiceManager(process.env);
try {
  const config = loadConfig({
    environment: process.env,
    flags: flags(process.argv.slice(2)),
    root: process.getuid?.() === 0,
  });
  const destination = new LogFile({ descriptor: 2 });
  process.on('exit', () => destination.close());
  const log = pino({ level: config.log_level }, destination);
  const unheardErrors = hearErrors(log);
  const service = await runService(config, log, { journaled: isJournaled(process.env), unheardErrors });
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping; guests keep running');
    void manager.tell('stopping', 'Guests keep running.');
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Last: whoever reads the line may send a signal at once.
  for (const line of service.firstStart) console.log(line);
  console.log(`vsms listens on ${service.endpoints.http} and ${service.endpoints.https} (${service.summary})`);
  await manager.tell('ready', `Listens on ${service.endpoints.http} and ${service.endpoints.https}`);
} catch (error) {
  if (!isForOperator(error)) throw error;
  console.error(`vsms: ${error.message}`);
  process.exitCode = 2;
}
