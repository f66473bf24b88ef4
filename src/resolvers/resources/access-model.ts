import type { ResourceAction } from '../../authz/actions.ts';
import type { Access } from '../../authz/decide.ts';
import { REASONS } from '../../authz/reasons.ts';

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
    return this.access.trace.map(({ reason, jobRole }) => {
      const { layer, rule, text } = REASONS[reason];
      return { layer, rule, jobRole, reason: text };
    });
  }

  allows(action: ResourceAction): boolean {
    return this.access.actions.includes(action);
  }
}
