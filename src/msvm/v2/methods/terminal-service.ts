import { printEmbedded } from '../../../cim/embedded/print-embedded.ts';
import { CimInstance } from '../../../cim/instance.ts';
import { TERMINAL_SERVICE } from '../services/services.ts';
import { done, type MethodRow, type MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { dmtfReturnValues, msvmReturnValues, type ReturnValues } from './return-values.ts';
import { serviceValues } from './service-settings.ts';
import type { MethodServices } from './services.ts';
import { requireSystem } from './targets.ts';

const ENTRY = 'Msvm_InteractiveSessionACE';
const SETTING = 'Msvm_TerminalServiceSettingData';
/** AccessType. */
const ALLOWED = 0;
/** JobType (jobs-and-errors §4). */
const MODIFY_SERVICE_JOB = 4;

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

/** Msvm_TerminalService (other-services §6): access lists of machines and settings are kept; who opens a console is decided by roles. */
export const terminalServiceMethods = (services: MethodServices): MethodRows => {
  const { auxiliary, references, projection, operations, texts } = services;
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
    // No listener of ours is behind them: the web console and REST open consoles.
    ModifyServiceSettings: {
      right: 'administer',
      jobType: MODIFY_SERVICE_JOB,
      out: [],
      run: async ({ request, args }) => {
        const settings = texts.read('ServiceSettingData', args.requiredText('ServiceSettingData'), SETTING);
        const values = serviceValues(settings, projection.class(SETTING));
        if (Object.keys(values).length > 0) await operations.modifyTerminalSettings(request, values);
        return done({}, [{ element: { kind: 'service', className: TERMINAL_SERVICE }, effect: 0 }]);
      },
    },
    ...serviceControlMethods(),
  };
};
