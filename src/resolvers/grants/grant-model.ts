import { decide, isLive } from '../../authz/decide.ts';
import type { GrantRow } from '../../db/queries/grants.ts';
import { memberFact } from '../../db/queries/members.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Reading } from '../context/reading.ts';
import type { Viewer } from '../context/viewer.ts';
import { MemberModel } from '../members/member-model.ts';
import { UserModel } from '../members/user-model.ts';

/** A grant that `viewer` may see. */
export class GrantModel {
  readonly __typename = 'Grant';

  constructor(
    readonly row: GrantRow,
    private readonly viewer: Viewer,
  ) {}

  get id() {
    return globalId('grant', this.row.id);
  }

  get member() {
    return MemberModel.occurring(this.viewer, this.row.member);
  }

  get role() {
    return this.row.role;
  }

  get expiresAt() {
    return this.row.expiresAt;
  }

  get live() {
    return isLive({ expiresAt: this.row.expiresAt?.getTime() ?? null }, this.viewer.instant);
  }

  get createdAt() {
    return this.row.createdAt;
  }

  get grantedBy() {
    const { grantedBy } = this.row;
    return grantedBy && UserModel.occurring(this.viewer, grantedBy);
  }

  /** What `decide` gives the member on the resource, if it is this grant that decides there; else NONE. */
  async effectiveRole(reading: Reading) {
    const facts = await reading.factsOf(memberFact(this.row.member));
    const { jobRole, trace } = decide(facts, this.row.resource, this.viewer.instant);
    return trace.at(-1)?.grant?.id === this.row.id ? jobRole : 'NONE';
  }
}
