/**
 * The one script of a report page. It replaces each static chart by a live one. Expressions are
 * interpreted, never compiled, so that the page's policy can forbid `eval`. A chart that cannot be
 * drawn leaves its static picture in place. The table of cases gets filters and a drawer.
 */
import { drawChart } from "./chart.ts";
import { startFrame } from "./frame.ts";
import { answerDownloads } from "./save.ts";
import { liveCases } from "../sections/cases/live.ts";
import { drawLatentPlane } from "../sections/latent_space/live.ts";

startFrame();
answerDownloads(document.documentElement);
liveCases().catch(reportError);
drawAll();

/** One at a time, so that the page can be read and moved while others are still to come. */
async function drawAll(): Promise<void> {
  const figures = document.querySelectorAll<HTMLElement>("[data-chart], [data-latent-plane]");
  for (const figure of figures) {
    await new Promise((resolve) => setTimeout(resolve));
    await ("chart" in figure.dataset ? drawChart(figure) : drawLatentPlane(figure))
      .catch(reportError);
    figure.dataset.live = "";
  }
}
