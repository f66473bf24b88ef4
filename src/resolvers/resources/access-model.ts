import type { ResourceAction } from '../../authz/actions.ts';
import type { Access } from '../../authz/decide.ts';
import { REASONS } from '../../authz/reasons.ts';
import type { JobRole, PermissionLayer } from '../../authz/roles.ts';

/** A step as the API shows it. */
export interface AccessStepModel {
  readonly layer: PermissionLayer;
  readonly rule: string;
  readonly jobRole: JobRole;
  readonly reason: string;
  /** The UUID of the grant that the step applied. */
  readonly grantId: string | null;
  /** The UUID of the share that the step applied. */
  readonly shareId: string | null;
}

/** A decision as the API shows it. */
export class AccessModel {
  constructor(readonly access: Access) {}

  get jobRole() {
    return this.access.jobRole;
  }

  get actions() {
    return this.access.actions;
  }

  get ceiling() {
    return this.access.ceiling;
  }

  get changesAt() {
    return this.access.changesAt === null ? null : new Date(this.access.changesAt);
  }

  get trace() {
    return this.access.trace.map(({ reason, jobRole, grant, share }): AccessStepModel => {
      const { layer, rule, text } = REASONS[reason];
      return { layer, rule, jobRole, reason: text, grantId: grant?.id ?? null, shareId: share?.id ?? null };
    });
  }

  allows(action: ResourceAction): boolean {
    return this.access.actions.includes(action);
  }
}
