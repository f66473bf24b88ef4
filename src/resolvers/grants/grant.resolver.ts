import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { AccessStep } from '../../schema/access.ts';
import { PageArgs } from '../../schema/connection.ts';
import { JobRole } from '../../schema/enums.ts';
import { Grant, GrantConnection } from '../../schema/grant.ts';
import {
  GrantPayload,
  GrantRoleInput,
  RevokeGrantInput,
  RevokeGrantPayload,
} from '../../schema/grant-inputs.ts';
import { Resource } from '../../schema/resource.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { AccessStepModel } from '../resources/access-model.ts';
import { loadResourceOf } from '../resources/load-resource.ts';
import type { ResourceModel } from '../resources/resource-model.ts';
import type { GrantModel } from './grant-model.ts';
import { grantRole } from './grant-role.ts';
import { listGrantsOnResource } from './list-grants.ts';
import { loadGrant } from './load-grant.ts';
import { revokeGrant } from './revoke-grant.ts';

@Resolver(() => Grant)
export class GrantResolver {
  @FieldResolver(() => Resource, {
    nullable: true,
    description: 'What it is on; null when the viewer may see the grant but no longer the resource.',
  })
  resource(@Ctx('request') context: RequestContext, @Root() grant: GrantModel) {
    return loadResourceOf(context.current, grant.row.resource);
  }

  @FieldResolver(() => JobRole, {
    description:
      'The role that this grant yields now, after the ceiling of a share; NONE while it does not count: lapsed, its member not live, or its share not.',
  })
  effectiveRole(@Ctx('request') context: RequestContext, @Root() grant: GrantModel) {
    return grant.effectiveRole(context.current);
  }

  @Mutation(() => GrantPayload, {
    description:
      'Gives a member a job role on a portfolio or park, in the place of what they were given there; on a shared one an ADMIN of the receiving organization alone.',
  })
  async grantRole(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => GrantRoleInput, { description: 'Who gets what, and where.' }) input: GrantRoleInput,
  ) {
    const id = await grantRole(context, input);
    return { grant: await loadGrant(await context.reading(), id) };
  }

  @Mutation(() => RevokeGrantPayload, {
    description:
      "Takes a grant away: what it was an exception from applies again. A delegated one: an ADMIN of its member's organization alone.",
  })
  async revokeGrant(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RevokeGrantInput, { description: 'Which one.' }) input: RevokeGrantInput,
  ) {
    return { revokedGrantId: await revokeGrant(context, input) };
  }
}

@Resolver(() => Resource)
export class ResourceGrantsResolver {
  @FieldResolver(() => GrantConnection, {
    nullable: true,
    description:
      'The grants on it, the oldest first, as far as the viewer sees them; null to those who see none.',
  })
  grants(
    @Ctx('request') context: RequestContext,
    @Root() resource: ResourceModel,
    @Args(() => PageArgs) page: PageArgs,
  ) {
    return listGrantsOnResource(context.current, resource, page);
  }
}

@Resolver(() => AccessStep)
export class AccessStepResolver {
  @FieldResolver(() => Grant, { nullable: true, description: 'The grant that the step applied.' })
  grant(@Ctx('request') context: RequestContext, @Root() step: AccessStepModel) {
    return step.grantId === null ? null : loadGrant(context.current, step.grantId);
  }
}
