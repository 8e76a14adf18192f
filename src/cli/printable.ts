/**
 * Text from files for a terminal: control characters, which could move its cursor or colour it, are
 * shown as U+FFFD. Line breaks stay.
 */
export function printable(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, "\uFFFD");
}
