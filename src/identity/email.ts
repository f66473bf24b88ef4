import { domainToASCII } from 'node:url';

/** Labels of at most 63 letters, digits and inner hyphens; the last is no number, so that an address in numbers is none. */
const DOMAIN = /^(?:(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?|localhost)$/;

/** What no part of an address may hold, and domainToASCII would drop or decode in silence. */
const UNACCEPTABLE = /[\s@<>"(),:;\\[\]%\p{Cc}\p{Cf}]/u;

/**
 * The canonical form of an address: NFKC, lower case, the domain in ASCII (IDNA). One form is one account, whatever way it was typed.
 * Answers null when it is no address of the form local@domain with at most 64 bytes before the @ and 254 characters in all.
 */
export function canonicalEmail(address: string): string | null {
  if (address.length > 320 || !address.isWellFormed()) return null;
  const normalized = address.trim().normalize('NFKC').toLowerCase();
  const at = normalized.lastIndexOf('@');
  const local = normalized.slice(0, at);
  const typedDomain = normalized.slice(at + 1);
  if (at < 1 || Buffer.byteLength(local) > 64) return null;
  if (UNACCEPTABLE.test(local.replaceAll('%', '')) || UNACCEPTABLE.test(typedDomain)) return null;
  const domain = domainToASCII(typedDomain);
  const email = `${local}@${domain}`;
  return DOMAIN.test(domain) && email.length <= 254 ? email : null;
}
