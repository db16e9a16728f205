import { DomainError } from '../../../core/errors.ts';
import { done, type MethodRows } from './method.ts';
import type { MethodServices } from './services.ts';

/** Most names in one call: each is stored. */
const MAX_NAMES = 1024;

/** GenerateWwpn, GetCurrentWwpnFromGenerator (management-service §2). */
export const wwpnMethods = (services: MethodServices): MethodRows => ({
  GenerateWwpn: {
    right: 'administer',
    jobType: null,
    out: ['GeneratedWwpn'],
    run: async ({ request, args }) => {
      const count = args.requiredInteger('NumberOfWwpns');
      if (count < 1 || count > MAX_NAMES) {
        throw new DomainError('invalidParameter', `NumberOfWwpns is ${count}. Ask for 1 to ${MAX_NAMES} names.`);
      }
      return done({ GeneratedWwpn: await services.auxiliary.generateWwpns(request, count) });
    },
  },
  GetCurrentWwpnFromGenerator: {
    right: 'read',
    jobType: null,
    out: ['CurrentWwpn'],
    run: async () => done({ CurrentWwpn: services.auxiliary.currentWwpn() }),
  },
});
