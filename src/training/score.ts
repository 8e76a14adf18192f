/** Fraction of samples whose largest logit is at their label; the first of equal logits counts. */
export function accuracy(logits: Float32Array, width: number, labels: Uint8Array): number {
  const count = logits.length / width;
  let correct = 0;
  for (let i = 0; i < count; i++) {
    let best = 0;
    for (let c = 1; c < width; c++) {
      if (logits[i * width + c]! > logits[i * width + best]!) best = c;
    }
    if (best === labels[i]) correct++;
  }
  return correct / count;
}
