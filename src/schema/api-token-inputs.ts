import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { PermissionGroup as PermissionGroupName } from '../authz/roles.ts';
import { ApiToken } from './api-token.ts';
import { PermissionGroup } from './enums.ts';
import { DateTime } from './scalars.ts';

@InputType({ description: 'A new API token of the viewer.' })
export class CreateApiTokenInput {
  @Field(() => String, { description: 'What to call it, 1 to 100 characters.' })
  name!: string;

  @Field(() => PermissionGroup, { description: 'What it may reach.' })
  permissionGroup!: PermissionGroupName;

  @Field(() => [ID], {
    nullable: true,
    description:
      'The portfolios, with all parks that they will hold, and parks that it is confined to, 1 to 1,000. Null or left out: everything its owner reaches.',
  })
  scopeResourceIds?: string[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it stops working, later than now and before the year 10000. Null or left out: never.',
  })
  expiresAt?: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'A new API token.' })
export class CreateApiTokenPayload {
  @Field(() => ApiToken, { description: 'The token.' })
  apiToken!: ApiToken;

  @Field(() => String, {
    description: 'Its secret, for `Authorization: Bearer`. It is shown only here.',
  })
  secret!: string;
}

@InputType({ description: 'The end of an API token.' })
export class RevokeApiTokenInput {
  @Field(() => ID, { description: 'The token.' })
  apiTokenId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of an API token.' })
export class ApiTokenPayload {
  @Field(() => ApiToken, { description: 'The token as it is now.' })
  apiToken!: ApiToken;
}
