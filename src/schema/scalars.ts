import { GraphQLDateTime, GraphQLEmailAddress } from 'graphql-scalars';

/** An instant with its zone, RFC 3339. */
export const DateTime = GraphQLDateTime;
export const EmailAddress = GraphQLEmailAddress;
