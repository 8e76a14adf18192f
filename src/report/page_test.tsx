import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { renderToString } from "preact-render-to-string";
import { Page } from "./page.tsx";

Deno.test("a page's policy names the hash of its script as browsers read it, CRLF or not", () => {
  const page = (script: string) =>
    renderToString(
      <Page title="A page" sections={[]} playPage={null} assets={{ styles: "", script }}>
        <p>Text</p>
      </Page>,
    );
  const hash = createHash("sha256").update("first();\nsecond();\n\nthird();\n").digest("base64");
  for (
    const script of [
      "first();\nsecond();\n\nthird();\n",
      "first();\r\nsecond();\r\n\r\nthird();\r\n",
      "first();\rsecond();\r\rthird();\r",
    ]
  ) {
    const html = page(script);
    assert.ok(html.includes(`sha256-${hash}`), html);
    assert.ok(!html.includes("\r"));
  }
});
