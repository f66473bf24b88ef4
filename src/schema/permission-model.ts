import { Field, ObjectType } from 'type-graphql';
import { JobRole, OrganizationAction, OrganizationRole, PermissionGroup, ResourceAction } from './enums.ts';

@ObjectType({ simpleResolvers: true, description: 'A job role and what it allows.' })
export class JobRoleRule {
  @Field(() => JobRole, { description: 'The role.' })
  jobRole!: string;

  @Field(() => String, { description: 'Its name for people, in English.' })
  label!: string;

  @Field(() => String, { description: 'Its name in external systems, in lower case.' })
  identifier!: string;

  @Field(() => [ResourceAction], {
    description: 'What it allows on own resources; some of it not on shared ones.',
  })
  actions!: string[];

  @Field(() => Boolean, { description: 'Whether a share can carry it.' })
  shareable!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'An organization role and what it allows.' })
export class OrganizationRoleRule {
  @Field(() => OrganizationRole, { description: 'The role.' })
  role!: string;

  @Field(() => String, { description: 'Its name for people, in English.' })
  label!: string;

  @Field(() => JobRole, { description: 'The job role on everything the organization owns.' })
  defaultJobRole!: string;

  @Field(() => [OrganizationAction], { description: 'What it allows in the organization as a whole.' })
  actions!: string[];

  @Field(() => [OrganizationRole], { description: 'With which roles it may invite.' })
  mayInvite!: string[];

  @Field(() => [OrganizationRole], { description: 'Between which roles it may move a member.' })
  mayAssign!: string[];
}

@ObjectType({ simpleResolvers: true, description: 'A permission group of API tokens and what it reaches.' })
export class PermissionGroupRule {
  @Field(() => PermissionGroup, { description: 'The group.' })
  group!: string;

  @Field(() => String, { description: 'Its name for people, in English.' })
  label!: string;

  @Field(() => [String], { description: 'The fields that it reaches, as `Type.field`; no other.' })
  fields!: string[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'The whole role and action table, for clients that draw it.',
})
export class PermissionModel {
  @Field(() => [JobRoleRule], { description: 'The job roles, the highest first.' })
  jobRoles!: JobRoleRule[];

  @Field(() => [OrganizationRoleRule], { description: 'The organization roles, the highest first.' })
  organizationRoles!: OrganizationRoleRule[];

  @Field(() => [PermissionGroupRule], { description: 'The permission groups of API tokens.' })
  permissionGroups!: PermissionGroupRule[];
}
