import { done, type MethodRow } from './method.ts';
import type { MethodServices } from './services.ts';

/** FormatError (management-service §2): the messages, separated by an empty line. */
export const formatErrorMethod = (services: MethodServices): MethodRow => ({
  right: 'read',
  jobType: null,
  out: ['ErrorMessage'],
  run: async ({ args }) => {
    const errors = services.texts.readAll('Errors', args.texts('Errors'), 'CIM_Error');
    const messages = errors.map((error) => error.get('Message')).filter((message) => typeof message === 'string');
    return done({ ErrorMessage: messages.join('\n\n') });
  },
});
