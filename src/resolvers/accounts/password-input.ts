import { z } from 'zod';
import { passwordFault } from '../../identity/passwords.ts';

/** A new password, checked before any hashing; the message says what is wrong with it, never what it is. */
export const newPassword = z.string().superRefine((password, context) => {
  const message = passwordFault(password);
  if (message) context.addIssue({ code: 'custom', message });
});
