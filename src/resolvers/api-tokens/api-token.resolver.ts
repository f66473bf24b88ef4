import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { ResourceRef } from '../../authz/facts.ts';
import { scopesOfTokens } from '../../db/queries/api-tokens.ts';
import { ApiToken, ApiTokenConnection } from '../../schema/api-token.ts';
import {
  ApiTokenPayload,
  CreateApiTokenInput,
  CreateApiTokenPayload,
  RevokeApiTokenInput,
} from '../../schema/api-token-inputs.ts';
import { PageArgs } from '../../schema/connection.ts';
import { Organization } from '../../schema/organization.ts';
import { Resource } from '../../schema/resource.ts';
import { Viewer } from '../../schema/viewer.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { OrganizationModel } from '../organizations/organization-model.ts';
import { found, loadResourceOf } from '../resources/load-resource.ts';
import type { ApiTokenModel } from './api-token-model.ts';
import { createApiToken } from './create-api-token.ts';
import { listOwnTokens, listTokensOf } from './list-api-tokens.ts';
import { loadApiToken } from './load-api-token.ts';
import { revokeApiToken } from './revoke-api-token.ts';

@Resolver(() => ApiToken)
export class ApiTokenResolver {
  @FieldResolver(() => [Resource], {
    nullable: true,
    description:
      'What it is confined to; null: everything its owner reaches. Entries that are deleted or hidden drop out; an empty list reaches nothing.',
  })
  async scope(@Ctx('request') context: RequestContext, @Root() { row }: ApiTokenModel) {
    if (!row.scoped) return null;
    const reading = context.current;
    const scope = await reading
      .loader<readonly ResourceRef[]>('scope of API token', scopesOfTokens, () => [])
      .load(row.id);
    const resources = await Promise.all(scope.map((resource) => loadResourceOf(reading, resource)));
    return resources.filter((resource) => resource !== null);
  }

  @Mutation(() => CreateApiTokenPayload, {
    description: 'Makes an API token of the viewer. Its secret is in this answer alone.',
  })
  async createApiToken(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => CreateApiTokenInput, { description: 'What it may reach.' })
    input: CreateApiTokenInput,
  ) {
    const { id, secret } = await createApiToken(context, input);
    return { ...(await payload(context, id)), secret };
  }

  @Mutation(() => ApiTokenPayload, {
    description: "Revokes an API token for good: one's own, or as an ADMIN any member's.",
  })
  async revokeApiToken(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RevokeApiTokenInput, { description: 'Which one.' }) input: RevokeApiTokenInput,
  ) {
    return payload(context, await revokeApiToken(context, input));
  }
}

@Resolver(() => Viewer)
export class ViewerApiTokensResolver {
  @FieldResolver(() => ApiToken, {
    nullable: true,
    description: 'Set when the request is authenticated with an API token.',
  })
  apiToken(@Ctx('request') context: RequestContext) {
    const { token } = context.current.viewer.facts;
    return token && loadApiToken(context.current, token.id);
  }

  @FieldResolver(() => ApiTokenConnection, {
    description: "The viewer's own API tokens, the oldest first, also those that do not work any more.",
  })
  apiTokens(@Ctx('request') context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return listOwnTokens(context.current, page);
  }
}

@Resolver(() => Organization)
export class OrganizationApiTokensResolver {
  @FieldResolver(() => ApiTokenConnection, {
    nullable: true,
    description: 'The API tokens of its members, the oldest first.',
  })
  apiTokens(
    @Ctx('request') context: RequestContext,
    @Root() organization: OrganizationModel,
    @Args(() => PageArgs) page: PageArgs,
  ) {
    return listTokensOf(context.current, organization, page);
  }
}

/** The payload reads what the command left, as a query would. */
const payload = async (context: RequestContext, id: string) => ({
  apiToken: found(await loadApiToken(await context.reading(), id)),
});
