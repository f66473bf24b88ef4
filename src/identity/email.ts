import { domainToASCII } from 'node:url';

/**
 * The canonical form of an address: NFKC, lower case, the domain in ASCII (IDNA). One form is one account, whatever way it was typed.
 * Answers null when it is no address of the form local@domain with at most 254 characters.
 */
export function canonicalEmail(address: string): string | null {
  if (address.length > 320 || !address.isWellFormed()) return null;
  const normalized = address.trim().normalize('NFKC').toLowerCase();
  const at = normalized.lastIndexOf('@');
  const local = normalized.slice(0, at);
  const domain = domainToASCII(normalized.slice(at + 1));
  const email = `${local}@${domain}`;
  const acceptable =
    at > 0 &&
    /^[^\s@<>"(),:;\\[\]\p{Cc}\p{Bidi_C}]{1,64}$/u.test(local) &&
    /^[a-z0-9.-]+\.[a-z0-9-]+$|^localhost$/.test(domain);
  return acceptable && email.length <= 254 ? email : null;
}
