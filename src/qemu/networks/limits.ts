import { DEVICE_MARK } from '../../core/networks/host-bridges.ts';
import type { BandwidthLimit } from '../../core/networks/host-network.ts';
import { runCommand } from '../supervise/run-command.ts';
import { limiterOf } from './device-names.ts';
import { deviceExists, ip, removeDevice } from './devices.ts';
import { directFrames } from './port-queues.ts';

const tc = (...args: readonly string[]): Promise<string> => runCommand('tc', args);

/** How long a frame may wait before it is dropped. */
const LATENCY = '50ms';

/**
 * Slows down what a port sends: what comes in from it goes through a device with a token bucket before the bridge sees it.
 * A queue can only be slowed where frames leave. Copies of the port's frames are to be asked for again (mirrors.ts).
 */
export async function limitPort(device: string, limit: BandwidthLimit): Promise<void> {
  const limiter = limiterOf(device);
  if (!(await deviceExists(limiter))) await ip('link', 'add', 'name', limiter, 'type', 'ifb');
  await ip('link', 'set', 'dev', limiter, 'alias', DEVICE_MARK, 'up');
  const rate = `${limit.bitsPerSecond}bit`;
  const bucket = ['rate', rate, 'burst', `${limit.burstBytes}b`, 'latency', LATENCY];
  await tc('qdisc', 'replace', 'dev', limiter, 'root', 'tbf', ...bucket);
  await directFrames(device, []);
}

/** Also where there is no limit, or no port any more. */
export async function unlimitPort(device: string): Promise<void> {
  const limiter = limiterOf(device);
  if (!(await deviceExists(limiter))) return;
  await removeDevice(limiter);
  if (await deviceExists(device)) await directFrames(device, []);
}
