import { TypeID } from 'typeid-js';

/** The prefix of each type's global ids. */
export type IdPrefix =
  | 'user'
  | 'session'
  | 'organization'
  | 'member'
  | 'portfolio'
  | 'park'
  | 'component'
  | 'event'
  | 'ticket'
  | 'contract'
  | 'grant'
  | 'cooperation'
  | 'share'
  | 'token'
  | 'invitation'
  | 'report';

/** A global id: the type's prefix and the UUID in base 32 (TypeID), such as `park_01h455vb4pex5vsknk084sn02q`. */
export const globalId = (prefix: IdPrefix, uuid: string): string => TypeID.fromUUID(prefix, uuid).toString();

/** The global id of a portfolio or park. */
export const resourceId = ({
  kind,
  id,
}: {
  readonly kind: 'PORTFOLIO' | 'PARK';
  readonly id: string;
}): string => globalId(kind === 'PARK' ? 'park' : 'portfolio', id);

/** The UUID of a global id of type `prefix`; null when it is malformed or another type's, which looks like an absent one (V1). */
export function parseGlobalId(prefix: IdPrefix, id: string): string | null {
  try {
    return TypeID.fromString(id, prefix).toUUID();
  } catch {
    return null;
  }
}

/** The prefix that an id claims. */
export const prefixOf = (id: string): string => id.slice(0, Math.max(0, id.lastIndexOf('_')));
