import { typeid } from 'typeid-js';

/** A new primary key: UUIDv7, so that it is never reused and new rows land at the end of their index. */
export const newId = (): string => typeid().toUUID();
