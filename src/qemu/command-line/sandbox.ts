import type { Arguments } from './options.ts';

/** No start of programs, no new privileges, no priorities: what a guest that breaks into QEMU would try first. */
export const SANDBOX: Arguments = [
  '-sandbox',
  'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
];

/** Nothing that we do not name: no file of the host's operator or of a user changes a machine. */
export const NO_DEFAULTS: Arguments = ['-no-user-config', '-nodefaults'];
