/** Data that a page holds for its script, as JSON in which no tag can begin. */
export function JsonScript({ id, data }: { id?: string; data: unknown }) {
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return <script id={id} type="application/json" dangerouslySetInnerHTML={{ __html: json }} />;
}
