import type { Finding } from '../../client/findings.ts';

/** What mends a finding on this command line, by its number (docs/planned-systems.md); the API's own words stand beside it. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  '33012': ['--map-switch "A=B", or --map-switch A= for no network'],
  '40004': ['--discard-state'],
  '40010': ['vsms plan fix PLAN --disk "OLD=NEW", or --drive D=DIR for a whole drive'],
  '90001': ['import again with --new-id, or vsms vm delete the other one'],
  '90002': ['--discard-missing'],
  '90003': ['vsms plan fix PLAN --disk "OLD=NEW", or --drive D=DIR for a whole drive'],
  '90006': ['--root DIR'],
  '90007': ['vsms plan fix PLAN --memory MB'],
  '90008': ['vsms plan fix PLAN --processors N'],
  '90015': ['--discard-state'],
  '90017': ['vsms plan fix PLAN --disk "OLD=NEW"'],
  '90013': ['vsms vm devices VM virtio, when its guest has the drivers and is off'],
};

/** Empty where nothing but the API, or the source host, mends it. */
export const verbsFor = ({ messageId, blocking }: Pick<Finding, 'messageId' | 'blocking'>): readonly string[] =>
  // The memory of a checkpoint is lost by itself.
  messageId === '40004' && !blocking ? [] : (VERBS[messageId] ?? []);
