/** Why the service does not start: a setting that cannot be used, and where it was given. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}
