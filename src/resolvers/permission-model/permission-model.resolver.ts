import { Query, Resolver } from 'type-graphql';
import { PERMISSION_GROUP_ROWS, reaches } from '../../authz/permission-groups.ts';
import { PERMISSIONS } from '../../authz/permissions.ts';
import {
  JOB_ROLE_ACTIONS,
  JOB_ROLE_ROWS,
  JOB_ROLES,
  ORGANIZATION_ROLE_ACTIONS,
  ORGANIZATION_ROLE_ROWS,
  ORGANIZATION_ROLES,
  PERMISSION_GROUPS,
} from '../../authz/roles.ts';
import { PermissionModel } from '../../schema/permission-model.ts';

const EVERY_FIELD = Object.entries(PERMISSIONS).flatMap(([type, fields]) =>
  Object.keys(fields).map((field) => `${type}.${field}`),
);

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
  permissionGroups: PERMISSION_GROUPS.map((group) => ({
    group,
    label: PERMISSION_GROUP_ROWS[group].label,
    fields: EVERY_FIELD.filter((field) => reaches(group, field)),
  })),
};

@Resolver()
export class PermissionModelResolver {
  @Query(() => PermissionModel, { description: 'The whole role and action table, for clients that draw it.' })
  permissionModel() {
    return PERMISSION_MODEL;
  }
}
