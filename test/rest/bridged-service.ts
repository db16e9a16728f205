/** A service on a host that has one Linux bridge, `br0`, whatever this one has (found-switch.test.ts). */
import pino from 'pino';
import { loadConfig } from '../../src/daemon/config/config.ts';
import { runService } from '../../src/daemon/service.ts';

const config = loadConfig({ environment: process.env, flags: {}, root: process.getuid?.() === 0 });
const log = pino({ level: config.log_level }, pino.destination({ dest: 2, sync: true }));
const service = await runService(config, log, { bridges: ['br0'] });
process.on('SIGTERM', () => void service.stop().then(() => process.exit(0)));
