import type { OperationContext } from '../../cim/operations.ts';

export type Role = 'administrator' | 'operator' | 'viewer';

export interface UserFacts {
  readonly name: string;
  readonly role: Role;
  readonly ntlm: boolean;
  readonly createdAt: string;
}

export interface UserChange {
  readonly password?: string;
  readonly role?: Role;
  readonly ntlm?: boolean;
  /** Only where there is no such account; else it is refused. */
  readonly onlyNew?: boolean;
}

export interface TokenFacts {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly expiresAt: string;
}

export interface AuditFacts {
  readonly seq: number;
  readonly time: string;
  readonly kind: string;
  readonly who: string;
  readonly from: string;
  readonly protocol: string;
  readonly what: string;
  readonly objects: readonly string[];
  /** By GUID. */
  readonly names: Readonly<Record<string, string>>;
  readonly result: string;
  readonly requestId: string | null;
}

export interface AuditQuery {
  readonly since: string | null;
  readonly who: string | null;
  readonly kind: string | null;
  /** Only records before this one; null: from the newest. */
  readonly before: number | null;
  readonly limit: number;
}

/**
 * Accounts, tokens and the audit trail: CIM has none of them, so the program gives them; who may do what is decided and
 * written down there.
 * @throws Problem
 */
export interface Administration {
  users(context: OperationContext): Promise<readonly UserFacts[]>;
  /** `created`: there was no such account. */
  setUser(
    context: OperationContext,
    name: string,
    change: UserChange,
  ): Promise<{ readonly user: UserFacts; readonly created: boolean }>;
  removeUser(context: OperationContext, name: string): Promise<void>;
  /** One's own; the current one has been shown. */
  changePassword(context: OperationContext, password: string): Promise<void>;
  /** Own ones, all for an administrator. */
  tokens(context: OperationContext): Promise<readonly TokenFacts[]>;
  /** For oneself. `text` is the secret, told this once. */
  createToken(
    context: OperationContext,
    wanted: { readonly name: string; readonly role: Role; readonly expiresAt: Date },
  ): Promise<{ readonly token: TokenFacts; readonly text: string }>;
  removeToken(context: OperationContext, id: string): Promise<void>;
  /** The newest first. */
  audit(context: OperationContext, query: AuditQuery): Promise<readonly AuditFacts[]>;
}
