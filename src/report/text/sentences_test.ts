import assert from "node:assert/strict";
import { asSentence, joinWords } from "./sentences.ts";

Deno.test("joinWords() puts one 'and' before the last word", () => {
  assert.equal(joinWords([]), "");
  assert.equal(joinWords(["a"]), "a");
  assert.equal(joinWords(["a", "b"]), "a and b");
  assert.equal(joinWords(["a", "b", "c"]), "a, b and c");
});

Deno.test("asSentence() adds a capital and a full stop, each only where it lacks", () => {
  assert.equal(asSentence("the loss is not finite"), "The loss is not finite.");
  assert.equal(asSentence("90.12 % is too low!"), "90.12 % is too low!");
});
