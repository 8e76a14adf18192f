/** What every page has around its sections, live: the theme, the section in view, what is copied. */
import { markSectionInView } from "./contents.ts";
import { copyOnClick } from "./copy.ts";
import { followThemeChoice } from "./theme.ts";

export function startFrame(): void {
  followThemeChoice();
  copyOnClick();
  markSectionInView();
  document.querySelector<HTMLElement>("[data-tools]")!.hidden = false;
}
