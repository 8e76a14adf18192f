/**
 * The one script of a report page. It replaces each static chart by a live one. Expressions are
 * interpreted, never compiled, so that the page's policy can forbid `eval`. A chart that cannot be
 * drawn leaves its static picture in place.
 */
import { drawChart } from "./chart.ts";
import { drawLatentPlane } from "./latent_plane.ts";

for (const figure of document.querySelectorAll<HTMLElement>("[data-chart]")) drawChart(figure);
for (const figure of document.querySelectorAll<HTMLElement>("[data-latent-plane]")) {
  drawLatentPlane(figure);
}
