/** Bounds of the service (spec wire-wsman §1, WinRM's defaults; K4). */
export interface WsmanLimits {
  /** Bytes of a request body; above it 413. */
  readonly maxRequestBytes: number;
  /** Bytes of any reply, whatever the client allows. */
  readonly maxReplyBytes: number;
  /** Bytes of an Enumerate or Pull reply for a client that names no limit: MaxEnvelopeSizekb. */
  readonly batchBytes: number;
  /** Longest and default OperationTimeout, ms: MaxTimeoutms. */
  readonly maxTimeoutMs: number;
  /** Items of one batch: MaxBatchItems. */
  readonly maxBatchItems: number;
  /** An enumeration that nobody pulls is dropped after this, ms: EnumerationTimeoutms. */
  readonly enumerationIdleMs: number;
  /** Open enumerations and subscriptions of one user: MaxConcurrentOperationsPerUser. */
  readonly maxOperationsPerUser: number;
  /** Longest life of a subscription, ms; what clients ask beyond it is cut. */
  readonly maxSubscriptionMs: number;
  /** Shortest heartbeat of a subscription, ms; what clients ask below it is raised. */
  readonly minHeartbeatMs: number;
}

export const DEFAULT_WSMAN_LIMITS: WsmanLimits = {
  maxRequestBytes: 16 << 20,
  maxReplyBytes: 32 << 20,
  batchBytes: 500 * 1024,
  maxTimeoutMs: 60_000,
  maxBatchItems: 32_000,
  enumerationIdleMs: 60_000,
  maxOperationsPerUser: 1500,
  maxSubscriptionMs: 24 * 3_600_000,
  minHeartbeatMs: 1000,
};
