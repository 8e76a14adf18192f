/** The live page: the engine, the dataset and, where there is one, a model, in the reader's hands. */
import { Page, type PageAssets } from "../page.tsx";
import { JsonScript } from "../parts/json_script.tsx";
import type { PackedKernels } from "./client/messages.ts";
import type { PageData, PlayInput } from "./input.ts";
import { LatentPlane } from "./plane_section.tsx";
import { Training } from "./training_section.tsx";

/** What the page's script hands to its workers. */
interface PlayAssets extends PageAssets {
  /** The worker's script. */
  readonly worker: string;
  readonly kernels: PackedKernels;
  /** The model, packed. */
  readonly model: string | null;
}

export function PlayPage({ input, assets }: { input: PlayInput; assets: PlayAssets }) {
  const { sources, cases, model, reports } = input;
  const data: PageData = { sources, cases, hasModel: model !== null };
  const sections = [
    { id: "training", title: "Train" },
    ...model ? [{ id: "latent-plane", title: "Latent plane" }] : [],
  ];
  return (
    <Page
      title="Latentbench: train it here"
      sections={sections}
      playPage={null}
      links={reports}
      runsEngine
      assets={assets}
    >
      <Training input={input} />
      {model && <LatentPlane model={model} />}
      <JsonScript id="play-data" data={data} />
      <JsonScript id="play-kernels" data={assets.kernels} />
      <TextScript id="play-worker" text={assets.worker} />
      {assets.model !== null && <TextScript id="play-model" text={assets.model} />}
    </Page>
  );
}

/** A text that the browser keeps and does not run; the caller knows that it closes no element. */
function TextScript({ id, text }: { id: string; text: string }) {
  return <script id={id} type="text/plain" dangerouslySetInnerHTML={{ __html: text }} />;
}
