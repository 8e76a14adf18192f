/**
 * Buttons that copy: `data-copy` names the element whose text is copied; where it is empty, the
 * address of the section in view.
 */

const SAID_FOR_MS = 1600;

export function copyOnClick(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.hidden = false;
    const label = button.textContent;
    let timer: ReturnType<typeof setTimeout> | undefined;
    button.addEventListener("click", async () => {
      button.textContent = await copy(textOf(button.dataset.copy!)) ? "Copied" : "Not copied";
      clearTimeout(timer);
      timer = setTimeout(() => button.textContent = label, SAID_FOR_MS);
    });
  }
}

function textOf(id: string): string {
  if (id !== "") return document.getElementById(id)!.textContent;
  const current = document.querySelector<HTMLAnchorElement>("[data-contents] a[aria-current]");
  return current?.href ?? location.href;
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
