/** The reader's theme: the system's, or a choice that is remembered where the browser allows it. */

export const THEMES = ["auto", "light", "dark"] as const;

export type Theme = typeof THEMES[number];

const KEY = "latentbench-theme";

/** Shows the page in the theme that was chosen before, and then in each that is chosen. */
export function followThemeChoice(): void {
  const choice = document.querySelector<HTMLSelectElement>("[data-theme-choice]")!;
  const root = document.documentElement;
  const show = () => {
    if (choice.value === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice.value;
  };
  choice.value = remembered();
  show();
  choice.addEventListener("change", () => {
    show();
    remember(choice.value);
  });
}

function remembered(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === stored) ?? "auto";
  } catch {
    return "auto";
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice holds until the page is closed.
  }
}
