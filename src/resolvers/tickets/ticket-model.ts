import type { TicketRow } from '../../db/queries/tickets.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import { UserModel } from '../members/user-model.ts';

/** A ticket of a park where `viewer` may read. */
export class TicketModel {
  readonly __typename = 'Ticket';

  constructor(
    readonly row: TicketRow,
    private readonly viewer: Viewer,
  ) {}

  get id() {
    return globalId('ticket', this.row.id);
  }

  get title() {
    return this.row.title;
  }

  get body() {
    return this.row.body;
  }

  get status() {
    return this.row.status;
  }

  get createdBy() {
    return UserModel.occurring(this.viewer, this.row.createdBy);
  }

  get createdAt() {
    return this.row.createdAt;
  }

  get closedAt() {
    return this.row.closedAt;
  }
}
