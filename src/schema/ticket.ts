import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { TicketStatus } from './enums.ts';
import { Node } from './node.ts';
import { DateTime } from './scalars.ts';
import { User } from './user.ts';

@ObjectType({ simpleResolvers: true, implements: Node, description: 'Work that a park needs.' })
export class Ticket extends Node {
  @Field(() => String, { description: 'What is to be done, 1 to 200 characters.' })
  title!: string;

  @Field(() => String, { description: 'The same at length, 1 to 10,000 characters.' })
  body!: string;

  @Field(() => TicketStatus, { description: 'Whether it is still to be done.' })
  status!: string;

  @Field(() => User, { description: 'Who opened it; of another organization their name alone (V3).' })
  createdBy!: User;

  @Field(() => DateTime, { description: 'When it was opened first.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was closed; null while it is open.' })
  closedAt!: Date | null;
}

export const TicketConnection = connectionOf('Ticket', 'tickets', () => Ticket);
