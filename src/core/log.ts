/** What the domain writes to the log; pino fits. Nothing of it reaches a client (architecture, habit 8). */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
