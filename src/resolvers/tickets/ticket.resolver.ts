import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { PageArgs } from '../../schema/connection.ts';
import { TicketStatus } from '../../schema/enums.ts';
import { Park } from '../../schema/park.ts';
import { OkPayload } from '../../schema/resource-inputs.ts';
import { Ticket, TicketConnection } from '../../schema/ticket.ts';
import { CreateTicketInput, TicketIdInput, TicketPayload } from '../../schema/ticket-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { found, loadPark } from '../resources/load-resource.ts';
import type { ParkModel } from '../resources/resource-model.ts';
import { closeTicket } from './close-ticket.ts';
import { createTicket } from './create-ticket.ts';
import { deleteTicket } from './delete-ticket.ts';
import { listTickets } from './list-tickets.ts';
import { loadTicket } from './load-ticket.ts';
import { reopenTicket } from './reopen-ticket.ts';
import type { TicketModel } from './ticket-model.ts';

@Resolver(() => Ticket)
export class TicketResolver {
  @FieldResolver(() => Park, { description: 'The park that needs the work.' })
  async park(@Ctx('request') context: RequestContext, @Root() ticket: TicketModel) {
    return found(await loadPark(context.current, ticket.row.park.id));
  }

  @Mutation(() => TicketPayload, { description: "Opens a ticket in the viewer's name." })
  async createTicket(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => CreateTicketInput, { description: 'What is to be done.' }) input: CreateTicketInput,
  ) {
    return ticketPayload(context, await createTicket(context, input));
  }

  @Mutation(() => TicketPayload, { description: 'Closes a ticket that is open.' })
  async closeTicket(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => TicketIdInput, { description: 'Which one.' }) input: TicketIdInput,
  ) {
    return ticketPayload(context, await closeTicket(context, input));
  }

  @Mutation(() => TicketPayload, { description: 'Opens a closed ticket again.' })
  async reopenTicket(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => TicketIdInput, { description: 'Which one.' }) input: TicketIdInput,
  ) {
    return ticketPayload(context, await reopenTicket(context, input));
  }

  @Mutation(() => OkPayload, { description: 'Deletes a ticket, open or closed.' })
  async deleteTicket(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => TicketIdInput, { description: 'Which one.' }) input: TicketIdInput,
  ) {
    await deleteTicket(context, input);
    return { ok: true };
  }
}

@Resolver(() => Park)
export class ParkTicketsResolver {
  @FieldResolver(() => TicketConnection, {
    nullable: true,
    description: 'The work that it needs, the newest first. Null for an ADMIN who is blocked here.',
  })
  tickets(
    @Ctx('request') context: RequestContext,
    @Root() park: ParkModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('status', () => TicketStatus, { nullable: true, description: 'Only open or only closed ones.' })
    status?: 'OPEN' | 'CLOSED',
  ) {
    // P13: what lies below a resource is null for an ADMIN who is blocked there.
    if (!park.access.actions.includes('RESOURCE_READ')) return null;
    return listTickets(context.current, park.row.id, page, status);
  }
}

/** The payload reads what the command left, as a query would. */
const ticketPayload = async (context: RequestContext, id: string) => ({
  ticket: found(await loadTicket(await context.reading(), id)),
});
