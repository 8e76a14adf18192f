/** The list of sections: it marks the one in view, and closes where it was opened over the page. */

/** How far down the window the line is that a section has to reach. */
const LINE = 0.3;

export function markSectionInView(): void {
  const list = document.querySelector<HTMLDetailsElement>("[data-contents]")!;
  const links = [...list.querySelectorAll<HTMLAnchorElement>("a[href^='#']")];
  const sections = links.map(({ hash }) => document.getElementById(hash.slice(1))!);
  const last = sections.at(-1);
  if (!last) return;
  const mark = () => {
    const inView = sectionInView(sections.map((section) => section.getBoundingClientRect()));
    for (const [i, link] of links.entries()) {
      if (i === inView) link.ariaCurrent = "location";
      else link.removeAttribute("aria-current");
    }
    list.querySelector("[data-current]")!.textContent = links[inView]!.textContent;
  };
  const line = `${-100 * LINE}% 0px ${-100 * (1 - LINE)}% 0px`;
  const crossing = new IntersectionObserver(mark, { rootMargin: line });
  for (const section of sections) crossing.observe(section);
  new IntersectionObserver(mark, { threshold: [0, 0.5, 1] }).observe(last);
  closeAfterUse(list);
}

/** The last section that begins above the line; at the end of the page the last one, however short. */
function sectionInView(boxes: readonly DOMRect[]): number {
  if (scrollY > 0 && boxes.at(-1)!.bottom <= innerHeight) return boxes.length - 1;
  return Math.max(0, boxes.findLastIndex(({ top }) => top <= innerHeight * LINE));
}

function closeAfterUse(list: HTMLDetailsElement): void {
  list.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLAnchorElement) list.open = false;
  });
  list.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !list.open) return;
    list.open = false;
    list.querySelector("summary")!.focus();
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!(target instanceof Node && list.contains(target))) list.open = false;
  });
}
