/** What a front end tells its operator. */
export interface EndpointLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
