import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';
import type { ResourceAction as ResourceActionName } from '../../authz/actions.ts';
import { Access } from '../../schema/access.ts';
import { ResourceAction } from '../../schema/enums.ts';
import { AccessModel } from './access-model.ts';

@Resolver(() => Access)
export class AccessResolver {
  @FieldResolver(() => Boolean, { description: 'Whether the action is among `actions`.' })
  can(
    @Root() access: AccessModel,
    @Arg('action', () => ResourceAction, { description: 'The action asked about.' })
    action: ResourceActionName,
  ): boolean {
    return access.allows(action);
  }
}
