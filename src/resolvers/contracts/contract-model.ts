import type { ContractRow } from '../../db/queries/contracts.ts';
import { globalId } from '../../schema/global-id.ts';

/** A contract of a park where the viewer has CONTRACT_READ. */
export class ContractModel {
  readonly __typename = 'Contract';

  constructor(readonly row: ContractRow) {}

  get id() {
    return globalId('contract', this.row.id);
  }

  get title() {
    return this.row.title;
  }

  get counterparty() {
    return this.row.counterparty;
  }

  get startsOn() {
    return this.row.startsOn;
  }

  get endsOn() {
    return this.row.endsOn;
  }

  get pricePerMwh() {
    return this.row.pricePerMwh;
  }

  get currency() {
    return this.row.currency;
  }
}
