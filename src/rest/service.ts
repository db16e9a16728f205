import type { CimBroker } from '../cim/operations.ts';
import type { EndpointLog } from '../http/log.ts';
import type { Accounts } from './access/accounts.ts';
import type { OpenConsoles } from './console/open-consoles.ts';
import type { ConsoleTargets } from './console/targets.ts';
import type { ConsoleTickets } from './console/tickets.ts';
import type { IdempotentReplies } from './endpoint/idempotency.ts';
import type { Turns } from './endpoint/turns.ts';
import type { Administration } from './administration/administration.ts';
import type { ServiceFacts } from './host/facts.ts';
import type { FigureHistory } from './metrics/history.ts';
import type { SwitchTraffic, Traffic } from './metrics/traffic.ts';
import type { Files } from './files/files.ts';
import type { EventJournal } from './events/journal.ts';

/** What the routes work with. */
export interface RestService {
  readonly broker: CimBroker;
  readonly accounts: Accounts;
  readonly files: Files;
  readonly administration: Administration;
  readonly facts: ServiceFacts;
  readonly traffic: Traffic;
  readonly history: FigureHistory;
  readonly switchTraffic: SwitchTraffic;
  /** Errors since the start that nobody waited for. */
  readonly unheardErrors: () => number;
  readonly log: EndpointLog;
  /** Names of this host, in lower case, besides addresses and localhost. */
  readonly hosts: ReadonlySet<string>;
  readonly replies: IdempotentReplies;
  readonly turns: Turns;
  readonly journal: EventJournal;
  /** Ends of event streams that are open. */
  readonly streams: Set<() => void>;
  readonly version: string;
  readonly consoles: {
    readonly tickets: ConsoleTickets;
    readonly targets: ConsoleTargets;
    readonly open: OpenConsoles;
  };
}
