import { GraphQLError, GraphQLScalarType } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';

/** An instant with its zone, RFC 3339. */
export const DateTime = GraphQLDateTime;

/** RFC 5321 allows 254 characters; compatibility forms and blanks around an address may be longer. */
const MAX_LENGTH = 320;

function boundedText(value: unknown): string {
  if (typeof value === 'string' && value.length <= MAX_LENGTH) return value;
  throw new GraphQLError(`An e-mail address is a text of at most ${MAX_LENGTH} characters.`);
}

/**
 * An address. What is one is decided where it is used, by its canonical form (identity/email.ts): a scalar that refused some
 * would answer an unknown address otherwise than a known one.
 */
export const EmailAddress = new GraphQLScalarType({
  name: 'EmailAddress',
  description: 'An e-mail address. Case, blanks around it and full-width letters make no difference.',
  serialize: boundedText,
  parseValue: boundedText,
  parseLiteral: (node) => boundedText('value' in node ? node.value : null),
});
