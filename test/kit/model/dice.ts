/**
 * Choices of one step that stay as they are where they can when steps before it are left out, so that a failing sequence gets shorter without
 * becoming another one: whom a label picks depends on the names there are, not on how many there are or in which order.
 */
export interface Dice {
  /** One of the options, each as likely as any other. */
  odds<const T>(label: string, ...options: readonly T[]): T;
  /** One of a list, by name; undefined from an empty one. */
  pick<T extends string | { readonly id: string }>(label: string, list: readonly T[]): T | undefined;
}

export function diceOf(seed: number, attempt: number): Dice {
  const roll = (text: string) => scatter(`${seed}/${attempt}/${text}`);
  return {
    odds: <T>(label: string, ...options: readonly T[]) => options[roll(label) % options.length] as T,
    pick: (label, list) => {
      const rolled = list.map((one) => ({ one, at: roll(`${label}/${nameOf(one)}`) }));
      return rolled.toSorted((a, b) => a.at - b.at)[0]?.one;
    },
  };
}

const nameOf = (one: string | { readonly id: string }) => (typeof one === 'string' ? one : one.id);

/** A text as an evenly spread number: FNV-1a, finished as MurmurHash3 is. */
function scatter(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
