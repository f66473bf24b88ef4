import type { UserRow } from '../../db/queries/sessions.ts';
import { globalId } from '../../schema/global-id.ts';

/** The viewer's own account, whose every detail they may see. */
export class UserModel {
  readonly __typename = 'User';

  constructor(private readonly row: UserRow) {}

  get id() {
    return globalId('user', this.row.id);
  }

  get name() {
    return this.row.name;
  }

  get email() {
    return this.row.email;
  }

  get language() {
    return this.row.language;
  }

  get systemRole() {
    return this.row.systemRole;
  }

  get suspended() {
    return this.row.suspendedAt !== null;
  }

  get createdAt() {
    return this.row.createdAt;
  }
}
