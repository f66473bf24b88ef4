import { type CooperationStatus, cooperationStatus } from '../../authz/cooperation-rules.ts';
import { type CooperationRow, cooperationFact } from '../../db/queries/cooperations.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import { OrganizationModel } from '../organizations/organization-model.ts';

/** A cooperation of the organization that `viewer` is an ADMIN of. */
export class CooperationModel {
  readonly __typename = 'Cooperation';

  constructor(
    readonly row: CooperationRow,
    readonly viewer: Viewer,
  ) {}

  get id() {
    return globalId('cooperation', this.row.id);
  }

  get initiator() {
    const { initiator } = this.row;
    return OrganizationModel.named(this.viewer, initiator.id, initiator.name);
  }

  /** C4: a pending one reveals nothing of the invited. */
  get partner() {
    const { partner, acceptedAt } = this.row;
    return acceptedAt && OrganizationModel.named(this.viewer, partner.id, partner.name);
  }

  get partnerLabel() {
    const { partner, acceptedAt } = this.row;
    return acceptedAt !== null || partner.placeholder ? partner.name : partner.identifier;
  }

  get viewerIsInitiator() {
    return this.row.initiator.id === this.viewer.rows.membership?.organizationId;
  }

  get status(): CooperationStatus {
    return cooperationStatus(cooperationFact(this.row), this.viewer.instant);
  }

  get purpose() {
    return this.row.purpose;
  }

  get expiresAt() {
    return this.row.expiresAt;
  }

  get createdAt() {
    return this.row.createdAt;
  }

  get acceptedAt() {
    return this.row.acceptedAt;
  }
}
