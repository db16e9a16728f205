import { printEmbedded } from '../../../cim/embedded/print-embedded.ts';
import { CimInstance } from '../../../cim/instance.ts';
import { done, type MethodRow, type MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { refused } from './refused.ts';
import { dmtfReturnValues, msvmReturnValues, type ReturnValues } from './return-values.ts';
import type { MethodServices } from './services.ts';
import { requireSystem } from './targets.ts';

const ENTRY = 'Msvm_InteractiveSessionACE';
/** AccessType. */
const ALLOWED = 0;
const NO_LISTENER =
  'This service has no listener for console connections over RDP. Consoles are opened by the web console and by REST.';

/** Those of access have DMTF's numbers (schema). */
export const TERMINAL_RETURN_VALUES: Readonly<Record<string, ReturnValues>> = {
  GrantInteractiveSessionAccess: dmtfReturnValues,
  RevokeInteractiveSessionAccess: dmtfReturnValues,
  GetInteractiveSessionACL: dmtfReturnValues,
  ModifyServiceSettings: msvmReturnValues,
  RequestStateChange: msvmReturnValues,
  StartService: msvmReturnValues,
  StopService: msvmReturnValues,
};

/** Msvm_TerminalService (other-services §6): the access lists of machines are kept; who opens a console is decided by roles. */
export const terminalServiceMethods = (services: MethodServices): MethodRows => {
  const { auxiliary, references, projection } = services;
  const change = (what: 'grant' | 'revoke'): MethodRow => ({
    right: 'administer',
    jobType: 0,
    out: [],
    run: async ({ request, args }) => {
      const { id } = requireSystem(references, 'ComputerSystem', args.requiredReference('ComputerSystem'));
      await auxiliary.changeConsoleAccess(request, id, what, args.requiredTexts('Trustees'));
      return done({}, [{ element: { kind: 'system', id }, effect: 0 }]);
    },
  });
  return {
    GrantInteractiveSessionAccess: change('grant'),
    RevokeInteractiveSessionAccess: change('revoke'),
    GetInteractiveSessionACL: {
      right: 'read',
      jobType: null,
      out: ['AccessControlList'],
      run: async ({ args }) => {
        const { extras } = requireSystem(references, 'ComputerSystem', args.requiredReference('ComputerSystem'));
        const entries = (extras?.consoleAccess ?? []).map((Trustee) =>
          printEmbedded(new CimInstance(projection.class(ENTRY), { Trustee, AccessType: ALLOWED })),
        );
        return done({ AccessControlList: entries });
      },
    },
    ModifyServiceSettings: refused(NO_LISTENER, 0),
    ...serviceControlMethods(),
  };
};
