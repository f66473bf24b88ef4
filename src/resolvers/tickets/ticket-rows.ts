import { TICKETS } from '../../db/queries/tickets.ts';
import { belowPark } from '../resources/resource-rows.ts';

export const { toRead: ticketOf, toChange: ticketToChange } = belowPark('ticket', TICKETS, 'RESOURCE_READ');
