/** Saves files that the page holds, and the charts that it has drawn, when a button asks for them. */
import { unpack } from "./unpack.ts";

/** Pixels of a PNG for each pixel of the chart. */
const PNG_SCALE = 2;
/** Between the charts of one picture, and around them. */
const GAP = 16;

/** Shows the buttons, which do nothing without a script, and answers them. */
export function answerDownloads(root: HTMLElement): void {
  root.dataset.script = "";
  root.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-save], [data-picture]");
    if (button !== null) save(button).catch(reportError);
  });
}

async function save(button: HTMLElement): Promise<void> {
  const { save, type, packed, picture } = button.dataset;
  if (save !== undefined) offer(save, new Blob([await unpack(packed!)], { type: type! }));
  if (picture === undefined) return;
  const svg = pictureOf(chartsOf(button));
  const text = new XMLSerializer().serializeToString(svg);
  const blob = new Blob([text], { type: "image/svg+xml" });
  offer(picture, picture.endsWith(".png") ? await pngOf(svg, text) : blob);
}

function offer(name: string, file: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The drawn charts of the button's figure; if it stands in none, those of its section. */
function chartsOf(button: HTMLElement): SVGSVGElement[] {
  const place = button.closest("figure[data-chart]") ?? button.closest("section")!;
  return [...place.querySelectorAll<SVGSVGElement>("[data-stage] svg")]
    .filter((svg) => svg.getBoundingClientRect().width > 0);
}

const SVG = "http://www.w3.org/2000/svg";

/** The charts one below the other, each under its title, in the colours that the page has now. */
function pictureOf(charts: readonly SVGSVGElement[]): SVGSVGElement {
  const all = document.createElementNS(SVG, "svg");
  const width = Math.max(...charts.map((svg) => svg.getBoundingClientRect().width)) + 2 * GAP;
  const style = getComputedStyle(document.documentElement);
  let y = GAP;
  for (const svg of charts) {
    const title = svg.closest(".panel")?.querySelector("h3")?.textContent;
    if (title) {
      const text = document.createElementNS(SVG, "text");
      text.textContent = title;
      text.setAttribute("x", `${GAP}`);
      text.setAttribute("y", `${y + GAP}`);
      text.setAttribute("font-family", "system-ui, sans-serif");
      text.setAttribute("font-weight", "600");
      text.setAttribute("fill", "var(--ink)");
      all.append(text);
      y += 2 * GAP;
    }
    const copy = svg.cloneNode(true) as SVGSVGElement;
    const { width, height } = svg.getBoundingClientRect();
    copy.setAttribute("x", `${GAP}`);
    copy.setAttribute("y", `${y}`);
    copy.setAttribute("width", `${width}`);
    copy.setAttribute("height", `${height}`);
    all.append(copy);
    y += height + GAP;
  }
  const back = document.createElementNS(SVG, "rect");
  back.setAttribute("width", "100%");
  back.setAttribute("height", "100%");
  back.setAttribute("fill", "var(--surface)");
  all.prepend(back);
  all.setAttribute("width", `${width}`);
  all.setAttribute("height", `${y}`);
  for (const element of [all, ...all.querySelectorAll("*")]) {
    for (const { name, value } of [...element.attributes]) {
      if (!value.includes("var(")) continue;
      const shown = value.replace(
        /var\((--[\w-]+)\)/g,
        (_, variable) => style.getPropertyValue(variable).trim(),
      );
      element.setAttribute(name, shown);
    }
  }
  return all;
}

async function pngOf(svg: SVGSVGElement, text: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Number(svg.getAttribute("width")) * PNG_SCALE;
  canvas.height = Number(svg.getAttribute("height")) * PNG_SCALE;
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve, reject) =>
    canvas.toBlob((blob) => blob === null ? reject(new Error("no PNG can be made")) : resolve(blob))
  );
}
