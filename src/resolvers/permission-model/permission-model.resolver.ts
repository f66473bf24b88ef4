import { Query, Resolver } from 'type-graphql';
import {
  JOB_ROLE_ACTIONS,
  JOB_ROLE_ROWS,
  JOB_ROLES,
  ORGANIZATION_ROLE_ACTIONS,
  ORGANIZATION_ROLE_ROWS,
  ORGANIZATION_ROLES,
} from '../../authz/roles.ts';
import { PermissionModel } from '../../schema/permission-model.ts';

/** The tables that `decide` uses are the ones that are shown. */
const PERMISSION_MODEL = {
  jobRoles: JOB_ROLES.map((jobRole) => ({
    ...JOB_ROLE_ROWS[jobRole],
    jobRole,
    actions: JOB_ROLE_ACTIONS.own[jobRole],
  })),
  organizationRoles: ORGANIZATION_ROLES.map((role) => ({
    ...ORGANIZATION_ROLE_ROWS[role],
    role,
    actions: ORGANIZATION_ROLE_ACTIONS[role],
  })),
};

@Resolver()
export class PermissionModelResolver {
  @Query(() => PermissionModel, { description: 'The whole role and action table, for clients that draw it.' })
  permissionModel() {
    return PERMISSION_MODEL;
  }
}
