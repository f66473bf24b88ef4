import { isIPv6 } from 'node:net';

/** What of a client's address is counted: all of IPv4, the /64 of IPv6, because whoever has one has all of its 2^64 addresses. */
export function clientNetwork(address: string): string {
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return address;
  const groups = groupsOf(plain);
  const [, , , , , marker, high = 0, low = 0] = groups;
  const mapped = marker === 0xffff && groups.slice(0, 5).every((group) => group === 0);
  if (mapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups; URL knows every way to write one, and answers the shortest, all in hexadecimal. */
function groupsOf(address: string): number[] {
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = [], tail] = written.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const left = tail ? 8 - head.length - tail.length : 0;
  return [...head, ...Array<string>(left).fill('0'), ...(tail ?? [])].map((group) =>
    Number.parseInt(group, 16),
  );
}
