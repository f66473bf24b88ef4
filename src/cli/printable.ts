/** The longest piece of foreign text that a message shows. */
const MAX_LENGTH = 80;

/**
 * Text from a file or an argument, in quotes, as it may go to a terminal: cut, and with control and formatting characters
 * (line breaks, escape sequences, changes of direction) escaped.
 */
export function printable(text: string): string {
  const characters = [...text];
  const cut = characters.length > MAX_LENGTH ? `${characters.slice(0, MAX_LENGTH).join('')}…` : text;
  return `"${cut.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escaped)}"`;
}

const escaped = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;
