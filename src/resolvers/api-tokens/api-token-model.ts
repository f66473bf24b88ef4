import type { ApiTokenRow } from '../../db/queries/api-tokens.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import { MemberModel } from '../members/member-model.ts';

/** An API token that `viewer` may see. */
export class ApiTokenModel {
  readonly __typename = 'ApiToken';

  constructor(
    readonly row: ApiTokenRow,
    readonly viewer: Viewer,
  ) {}

  get id() {
    return globalId('token', this.row.id);
  }

  get name() {
    return this.row.name;
  }

  get permissionGroup() {
    return this.row.permissionGroup;
  }

  get hint() {
    return this.row.hint;
  }

  get owner() {
    return MemberModel.occurring(this.viewer, this.row.owner);
  }

  /** What is over for good is said before what may pass. */
  get status() {
    const { revokedAt, expiresAt, owner } = this.row;
    const isOver = (end: Date | null) => end !== null && end.getTime() <= this.viewer.instant;
    if (revokedAt !== null) return 'REVOKED';
    if (isOver(expiresAt)) return 'EXPIRED';
    const blocked = !owner.active || isOver(owner.expiresAt) || owner.person.suspendedAt !== null;
    return blocked ? 'SUSPENDED' : 'ACTIVE';
  }

  get createdAt() {
    return this.row.createdAt;
  }

  get expiresAt() {
    return this.row.expiresAt;
  }

  get lastUsedAt() {
    return this.row.lastUsedAt;
  }
}
