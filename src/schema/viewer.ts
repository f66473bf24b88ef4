import { Field, ObjectType } from 'type-graphql';
import { Member } from './member.ts';
import { Organization } from './organization.ts';
import { Session, User } from './user.ts';

@ObjectType({ simpleResolvers: true, description: 'Whoever makes this request.' })
export class Viewer {
  @Field(() => User, { description: 'The account.' })
  user!: User;

  @Field(() => Member, { nullable: true, description: 'The membership, live or not; null without one.' })
  membership!: Member | null;

  @Field(() => Organization, {
    nullable: true,
    description: 'The organization, while the membership is live.',
  })
  organization!: Organization | null;

  @Field(() => [Session], { description: 'The live sign-ins of the account, the newest first.' })
  sessions!: Session[];
}
