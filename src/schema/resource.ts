import { Field, InterfaceType } from 'type-graphql';
import { Access } from './access.ts';
import { JobRole } from './enums.ts';
import { Node } from './node.ts';
import { Organization } from './organization.ts';

@InterfaceType({
  implements: Node,
  description: 'What access is decided on: a portfolio or a park.',
  resolveType: (value: Node) => value.__typename,
})
export abstract class Resource extends Node {
  @Field(() => String, { description: 'Its name, 1 to 200 characters.' })
  name!: string;

  @Field(() => Organization, { description: 'The organization that owns it.' })
  organization!: Organization;

  @Field(() => JobRole, { description: "The viewer's effective job role here." })
  effectiveRole!: string;

  @Field(() => Access, { description: "The viewer's access here, with the reasons." })
  viewerAccess!: Access;
}
