import { cooperationStatus } from '../../authz/cooperation-rules.ts';
import { isLive } from '../../authz/decide.ts';
import { delegableRoles } from '../../authz/roles.ts';
import type { ShareRow } from '../../db/queries/shares.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import { OrganizationModel } from '../organizations/organization-model.ts';

/** A share that `viewer` may see. */
export class ShareModel {
  readonly __typename = 'Share';

  constructor(
    readonly row: ShareRow,
    private readonly viewer: Viewer,
  ) {}

  get id() {
    return globalId('share', this.row.id);
  }

  get owner() {
    const { owner } = this.row;
    return OrganizationModel.named(this.viewer, owner.id, owner.name);
  }

  get recipient() {
    const { recipient } = this.row;
    return OrganizationModel.named(this.viewer, recipient.id, recipient.name);
  }

  get role() {
    return this.row.role;
  }

  get live() {
    return isLive({ expiresAt: this.row.expiresAt?.getTime() ?? null }, this.viewer.instant);
  }

  /** G2: only while the share and the cooperation are live. */
  get delegableRoles() {
    const carried = cooperationStatus(this.row.cooperation, this.viewer.instant) === 'ACTIVE';
    return carried && this.live ? delegableRoles(this.row.role) : [];
  }

  get expiresAt() {
    return this.row.expiresAt;
  }

  get createdAt() {
    return this.row.createdAt;
  }
}
