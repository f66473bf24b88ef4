import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Ticket } from './ticket.ts';

@InputType({ description: 'Work that a park needs.' })
export class CreateTicketInput {
  @Field(() => ID, { description: 'The park.' })
  parkId!: string;

  @Field(() => String, { description: 'What is to be done, 1 to 200 characters.' })
  title!: string;

  @Field(() => String, {
    description: 'The same at length, 1 to 10,000 characters; may have line breaks.',
  })
  body!: string;
}

@InputType({ description: 'A ticket.' })
export class TicketIdInput {
  @Field(() => ID, { description: 'The ticket.' })
  ticketId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a ticket.' })
export class TicketPayload {
  @Field(() => Ticket, { description: 'The ticket as it is now.' })
  ticket!: Ticket;
}
