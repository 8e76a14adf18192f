/** A fraction as text: 0.9765 as `97.65 %`. */
export function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`;
}
