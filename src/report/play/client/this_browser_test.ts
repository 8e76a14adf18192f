import assert from "node:assert/strict";
import { browserFrom, isX86, type Said } from "./this_browser.ts";

const LINUX: Said = {
  userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
  platform: "Linux x86_64",
  touchPoints: 0,
  hints: null,
  isX86: true,
};
const CHROMIUM =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
const MAC =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const WINDOWS = "Windows NT 10.0; Win64; x64";
const brands = (...names: string[]) => names.map((brand) => ({ brand, version: "156" }));

const BROWSERS: readonly (readonly [string, Partial<Said>, string])[] = [
  ["Firefox on Linux", {}, "Firefox 153, linux x86_64"],
  [
    "Firefox on an arm Linux",
    { platform: "Linux aarch64", isX86: false },
    "Firefox 153, linux aarch64",
  ],
  [
    "a Linux whose processor is not what the browser says",
    { isX86: false },
    "Firefox 153, linux unknown",
  ],
  [
    "Firefox on Windows, which says x86 on every processor",
    { platform: "Win32", isX86: false },
    "Firefox 153, windows aarch64",
  ],
  [
    "Firefox on a Windows of 64 bits",
    { userAgent: LINUX.userAgent.replace("X11; Linux x86_64", WINDOWS), platform: "Win32" },
    "Firefox 153, windows x86_64",
  ],
  ["Firefox on any Windows", { platform: "Win32" }, "Firefox 153, windows unknown"],
  [
    "Chromium that says its architecture",
    {
      userAgent: CHROMIUM,
      hints: { brands: brands("Chromium", "Not;A=Brand"), architecture: "x86", bitness: "64" },
    },
    "Chromium 156, linux x86_64",
  ],
  [
    "Edge on a Windows for arm",
    {
      userAgent: CHROMIUM,
      platform: "Win32",
      isX86: false,
      hints: {
        brands: brands("Not)A;Brand", "Chromium", "Microsoft Edge"),
        architecture: "arm",
        bitness: "64",
      },
    },
    "Chromium 156, Microsoft Edge 156, windows aarch64",
  ],
  ["Chromium without hints", { userAgent: CHROMIUM }, "Chromium 156, linux x86_64"],
  [
    "Chromium on Android, which says an empty architecture",
    {
      userAgent: CHROMIUM.replace("X11; Linux x86_64", "Linux; Android 10; K"),
      platform: "Linux armv81",
      hints: { brands: brands("Chromium"), architecture: "", bitness: "" },
      isX86: false,
    },
    "Chromium 156, android unknown",
  ],
  [
    "Safari on an M4",
    { userAgent: `${MAC} Version/26.1 Safari/605.1.15`, platform: "MacIntel", isX86: false },
    "Safari 26.1, darwin aarch64",
  ],
  [
    "an iPad, which says that it is a Mac",
    {
      userAgent: `${MAC} Version/26.1 Safari/605.1.15`,
      platform: "MacIntel",
      touchPoints: 5,
      isX86: false,
    },
    "Safari 26.1, ios aarch64",
  ],
  [
    "WebKitGTK",
    { userAgent: `${MAC.replace(/\(M.*7\)/, "(X11; Linux x86_64)")} Version/60.5 Safari/605.1.15` },
    "WebKit, as Safari 60.5, linux x86_64",
  ],
  [
    "a browser on Linux that pretends to be Safari on a Mac",
    { userAgent: `${MAC} Version/26.1 Safari/605.1.15` },
    "WebKit, as Safari 26.1, linux x86_64",
  ],
  [
    "a browser that says nothing",
    { userAgent: "", platform: "", isX86: false },
    "a browser that does not say its name, unknown unknown",
  ],
];

for (const [what, said, expected] of BROWSERS) {
  Deno.test(`browserFrom() names ${what}`, () => {
    const { name, os, arch } = browserFrom({ ...LINUX, ...said });
    assert.equal(`${name}, ${os} ${arch}`, expected);
  });
}

Deno.test("isX86() tells this processor from others", () => {
  assert.equal(isX86(), Deno.build.arch === "x86_64");
});
