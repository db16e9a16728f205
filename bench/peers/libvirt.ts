import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const python = '/usr/bin/python3';

/** libvirt's daemon as a peer; null where it is not installed. */
export async function libvirtPeer(): Promise<LibvirtPeer | null> {
  if (!existsSync('/usr/sbin/libvirtd') || !existsSync('/usr/lib/python3/dist-packages/libvirt.py')) return null;
  const answers = (): boolean => {
    try {
      execFileSync('virsh', ['-c', 'qemu:///system', 'version'], { stdio: 'ignore', timeout: 5000 });
      return true;
    } catch {
      return false;
    }
  };
  if (!answers()) {
    spawn('unshare', ['--mount', join(import.meta.dirname, 'libvirtd-without-kvm.sh')], { stdio: 'ignore' });
    for (let i = 0; i < 50 && !answers(); i++) await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return answers() ? new LibvirtPeer() : null;
}

export class LibvirtPeer {
  /** Domains defined per second over so many connections. */
  definePerSecond(connections: number, count: number): number {
    const script = join(import.meta.dirname, 'libvirt_define.py');
    const seconds = Number(execFileSync(python, [script, String(connections), String(count)], { encoding: 'utf8' }));
    return count / seconds;
  }

  /** Milliseconds of each of `rounds` domstats of `count` domains, which are there, under TCG, and stand still. */
  domainStatistics(count: number, rounds: number): readonly number[] {
    // Domains do not start without it; it ends by itself when nobody needs it.
    if (!existsSync('/run/libvirt/virtlogd-sock')) execFileSync('/usr/sbin/virtlogd', ['-d', '-t', '300']);
    const script = join(import.meta.dirname, 'libvirt_domstats.py');
    const text = execFileSync(python, [script, String(count), String(rounds)], { encoding: 'utf8' });
    return text.trim().split(' ').map(Number);
  }
}
