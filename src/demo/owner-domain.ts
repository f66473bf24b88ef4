/** Words at the end of a company's name that say nothing about it. */
const LEGAL_FORM = /\s+(llc|inc|lp|ltd|co|corp|company|corporation)\.?$/i;

/** The invented mail domain of a company, in a top level that never resolves (RFC 2606): Tesla Inc. is at tesla.example. */
export function ownerDomain(name: string): string {
  const slug = name
    .replace(LEGAL_FORM, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return `${slug}.example`;
}
