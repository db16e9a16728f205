import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Bytes that wait for a slow browser before the guest's side is not read any more. */
const HIGH_WATER = 1 << 20;
/** How often it is asked whether the user may still be here. */
const ASK_MS = 2_000;
/** A browser that is gone without a word is noticed after two pings, one in so many questions. */
const PING_EVERY = 10;
/** RFC 6455 §7.4.1. */
const GOING_AWAY = 1001;
const POLICY = 1008;

/**
 * Bytes of a WebSocket to a unix socket and back, until one of them ends. Whoever is slow slows the other down.
 * `lives` is asked again and again: a session that is over ends its consoles.
 */
export function bridge(browser: WebSocket, machine: Socket, lives: () => boolean): void {
  let heard = true;
  let asked = 0;
  const end = (code: number, reason: string): void => {
    clearInterval(timer);
    machine.destroy();
    if (browser.readyState === browser.OPEN) browser.close(code, reason);
    // A browser that does not answer the close is not waited for.
    setTimeout(() => browser.terminate(), 2000).unref();
  };
  const timer = setInterval(() => {
    if (!lives()) return end(POLICY, 'The session is over.');
    asked += 1;
    if (asked % PING_EVERY !== 0) return undefined;
    if (!heard) return end(GOING_AWAY, '');
    heard = false;
    browser.ping();
    return undefined;
  }, ASK_MS);
  timer.unref();
  browser.on('pong', () => {
    heard = true;
  });
  machine.on('data', (bytes: Buffer) => {
    browser.send(bytes, { binary: true }, () => {
      if (machine.isPaused() && browser.bufferedAmount < HIGH_WATER) machine.resume();
    });
    if (browser.bufferedAmount >= HIGH_WATER) machine.pause();
  });
  browser.on('message', (bytes: Buffer) => {
    // Nothing is typed any more by whoever was just logged out.
    if (!lives()) return end(POLICY, 'The session is over.');
    heard = true;
    if (machine.write(bytes)) return undefined;
    browser.pause();
    machine.once('drain', () => browser.resume());
    return undefined;
  });
  machine.on('close', () => end(GOING_AWAY, 'The machine has closed this console.'));
  machine.on('error', () => end(GOING_AWAY, 'The machine has closed this console.'));
  browser.on('close', () => end(GOING_AWAY, ''));
  browser.on('error', () => end(GOING_AWAY, ''));
}
