/** What the screen reader and the tooltip say of a point, from the fields of its row. */

export const SPOKEN = { field: "spoken", type: "nominal" as const };

/** The fields of a tooltip, in their order, each with its title. */
export function tooltipOf(titles: { readonly [field: string]: string }) {
  return Object.entries(titles).map(([field, title]) => ({ field, title }));
}
