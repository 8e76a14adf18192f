import type { ComponentChildren } from "preact";
import { pack } from "./pack.ts";

/**
 * A button that saves a file. The page holds it zipped; `client/save.ts` unpacks it when it is asked
 * for. Without the page's script the button is not shown.
 */
export function FileDownload(
  { name, type, content, children, ...data }: {
    readonly name: string;
    /** Its media type. */
    readonly type: string;
    readonly content: string;
    readonly children: ComponentChildren;
    /** Marks the file that the page's script reads too. */
    readonly "data-digits"?: boolean;
  },
) {
  const bytes = new TextEncoder().encode(content);
  return (
    <button
      type="button"
      {...data}
      data-save={name}
      data-type={`${type};charset=utf-8`}
      data-packed={pack(bytes)}
    >
      {children}
    </button>
  );
}
