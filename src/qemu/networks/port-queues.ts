import { runCommand } from '../supervise/run-command.ts';
import { deviceArgument, limiterOf } from './device-names.ts';
import { deviceExists } from './devices.ts';

/** Every frame. */
const ALL = 'protocol all prio 1 u32 match u32 0 0';

/**
 * Where frames of a port go besides the bridge: copies of what it sends and gets to `copies`, and what it sends through its
 * limiter, if it has one. In place of what was there before; nothing of either leaves nothing.
 */
export async function directFrames(device: string, copies: readonly string[]): Promise<void> {
  const [port, limiter] = [deviceArgument(device), limiterOf(device)];
  const mirrors = copies.map((copy) => ` action mirred egress mirror dev ${deviceArgument(copy)}`).join('');
  const redirect = (await deviceExists(limiter)) ? ` action mirred egress redirect dev ${limiter}` : '';
  // Also the queue without an outward side that former versions made.
  await runCommand('tc', ['qdisc', 'delete', 'dev', port, 'parent', 'ffff:fff1']).catch(() => undefined);
  if (mirrors === '' && redirect === '') return;
  const script = [
    `qdisc add dev ${port} clsact`,
    `filter add dev ${port} ingress ${ALL}${mirrors}${redirect}`,
    ...(mirrors === '' ? [] : [`filter add dev ${port} egress ${ALL}${mirrors}`]),
    '',
  ];
  await runCommand('tc', ['-batch', '-'], { input: script.join('\n') });
}
