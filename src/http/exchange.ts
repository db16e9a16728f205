/** One request and its answer, for recording (architecture, habit 14). Credentials never get here. */
export interface Exchange {
  readonly request: {
    readonly url: string;
    readonly contentType: string | null;
    readonly body: Buffer;
  };
  readonly response: {
    readonly status: number;
    readonly contentType: string | null;
    readonly body: Buffer;
  };
}

export type RecordExchange = (exchange: Exchange) => void;
