import {
  type ComponentRow,
  type ParkRow,
  type PortfolioRow,
  parkRef,
  portfolioRef,
} from '../../db/queries/resources.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import { OrganizationModel } from '../organizations/organization-model.ts';
import { AccessModel } from './access-model.ts';

/** A portfolio that `viewer` may see. */
export class PortfolioModel {
  readonly __typename = 'Portfolio';

  constructor(
    readonly row: PortfolioRow,
    readonly viewer: Viewer,
  ) {}

  get id() {
    return globalId('portfolio', this.row.id);
  }

  get name() {
    return this.row.name;
  }

  get createdAt() {
    return this.row.createdAt;
  }

  get organization() {
    return OrganizationModel.ownerOf(this.viewer, this.row.organizationId);
  }

  get ref() {
    return portfolioRef(this.row);
  }

  get access() {
    return this.viewer.access(this.ref);
  }

  get effectiveRole() {
    return this.access.jobRole;
  }

  get viewerAccess() {
    return new AccessModel(this.access);
  }
}

/** A park that `viewer` may see. */
export class ParkModel {
  readonly __typename = 'Park';

  constructor(
    readonly row: ParkRow,
    readonly viewer: Viewer,
  ) {}

  get id() {
    return globalId('park', this.row.id);
  }

  get name() {
    return this.row.name;
  }

  get plantType() {
    return this.row.plantType;
  }

  get capacityKw() {
    return this.row.capacityKw;
  }

  get latitude() {
    return this.row.latitude;
  }

  get longitude() {
    return this.row.longitude;
  }

  get timeZone() {
    return this.row.timeZone;
  }

  get createdAt() {
    return this.row.createdAt;
  }

  get organization() {
    return OrganizationModel.ownerOf(this.viewer, this.row.organizationId);
  }

  /** P11: null when the park is visible and its portfolio is not. */
  get portfolio() {
    const portfolio = new PortfolioModel(this.row.portfolio, this.viewer);
    return portfolio.access.visible ? portfolio : null;
  }

  get ref() {
    return parkRef(this.row);
  }

  get access() {
    return this.viewer.access(this.ref);
  }

  get effectiveRole() {
    return this.access.jobRole;
  }

  get viewerAccess() {
    return new AccessModel(this.access);
  }
}

export type ResourceModel = PortfolioModel | ParkModel;

/** A component of a park where `viewer` may read. */
export class ComponentModel {
  readonly __typename = 'Component';

  constructor(
    readonly row: ComponentRow,
    readonly viewer: Viewer,
  ) {}

  get id() {
    return globalId('component', this.row.id);
  }

  get name() {
    return this.row.name;
  }

  get kind() {
    return this.row.kind;
  }

  get serialNumber() {
    return this.row.serialNumber;
  }

  get createdAt() {
    return this.row.createdAt;
  }
}
