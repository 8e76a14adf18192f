/** Named facts, as a description list. */
import type { ComponentChildren } from "preact";

export function Facts({ children }: { children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A fact that may differ between cases: a line for each value that occurs. */
export function FactLines({ name, lines }: { name: string; lines: readonly string[] }) {
  return (
    <Fact name={name}>
      {lines.map((line) => <span class="line" key={line}>{line}</span>)}
    </Fact>
  );
}
