/**
 * Which browser this is, and on what: only what it says of itself or what can be measured. What it
 * keeps to itself is `unknown`.
 * @module
 */
import { UNKNOWN } from "../../../store/attest.ts";

/** What a browser says, and what its processor does. */
export interface Said {
  readonly userAgent: string;
  /** `navigator.platform`, which is asked of the system: a user agent may pretend to another one. */
  readonly platform: string;
  /** Points of touch: an iPad says that it is a Mac, but a Mac has none. */
  readonly touchPoints: number;
  /** What Chromium says on request; null in other browsers. */
  readonly hints: Hints | null;
  /** Whether 0 / 0 has its sign set, as on x86 and on no other processor. */
  readonly isX86: boolean;
}

/** Of `navigator.userAgentData`. */
interface Hints {
  readonly brands: readonly { readonly brand: string; readonly version: string }[];
  readonly architecture?: string | undefined;
  readonly bitness?: string | undefined;
}

/** What an attestation says of a browser. */
export interface ThisBrowser {
  /** For example `Firefox 153`. */
  readonly name: string;
  /** As Deno names them, such as `linux` and `x86_64`. */
  readonly os: string;
  readonly arch: string;
}

/** Asks this browser. */
export async function thisBrowser(): Promise<ThisBrowser> {
  const { userAgent, platform, maxTouchPoints: touchPoints } = navigator;
  return browserFrom({ userAgent, platform, touchPoints, hints: await hints(), isX86: isX86() });
}

export function browserFrom(said: Said): ThisBrowser {
  const os = osOf(said);
  return { name: nameOf(said, os), os, arch: archOf(said, os) };
}

function osOf({ userAgent, platform, touchPoints }: Said): string {
  if (/^(iPhone|iPad|iPod)/.test(platform)) return "ios";
  if (/^Mac/.test(platform)) return touchPoints > 0 ? "ios" : "darwin";
  if (/^Win/.test(platform)) return "windows";
  if (/Android/.test(userAgent)) return "android";
  if (/CrOS/.test(userAgent)) return "chromeos";
  return /^Linux/.test(platform) ? "linux" : UNKNOWN;
}

/** Where no browser tells the architecture, the processor tells it, if the system has only one such. */
function archOf({ userAgent, platform, hints, isX86 }: Said, os: string): string {
  if (hints?.architecture) {
    const known: { readonly [hint: string]: string } = { "x86 64": "x86_64", "arm 64": "aarch64" };
    return known[`${hints.architecture} ${hints.bitness}`] ?? UNKNOWN;
  }
  if (isX86) {
    const has64Bits = os === "darwin" || /x86_64/.test(platform) || /Win64/.test(userAgent);
    return has64Bits ? "x86_64" : UNKNOWN;
  }
  const isArm = ["darwin", "ios", "windows"].includes(os) || /aarch64/.test(platform);
  return isArm ? "aarch64" : UNKNOWN;
}

function nameOf({ userAgent, hints }: Said, os: string): string {
  // A brand that stands for nothing keeps sites from relying on the list: "Not;A=Brand".
  const brands = hints?.brands.filter(({ brand }) => !/not.*brand/i.test(brand)) ?? [];
  if (brands.length > 0) {
    return brands.map(({ brand, version }) => `${brand} ${version}`).join(", ");
  }
  const version = (of: RegExp) => of.exec(userAgent)?.[1];
  const firefox = version(/\b(?:Firefox|FxiOS)\/(\d+)/);
  if (firefox) return `Firefox ${firefox}`;
  const chromium = version(/\b(?:Chrome|Chromium|CriOS)\/(\d+)/);
  if (chromium) return `Chromium ${chromium}`;
  const safari = version(/\bVersion\/([\d.]+).* Safari\//);
  if (!safari) return "a browser that does not say its name";
  // Elsewhere it is another browser with the same engine, which says which Safari it is like.
  return os === "darwin" || os === "ios" ? `Safari ${safari}` : `WebKit, as Safari ${safari}`;
}

async function hints(): Promise<Hints | null> {
  const { userAgentData } = navigator as unknown as {
    userAgentData?: Hints & { getHighEntropyValues(names: readonly string[]): Promise<Hints> };
  };
  return await userAgentData?.getHighEntropyValues(["architecture", "bitness"]) ?? null;
}

/** (x, y) -> the bits of x / y as f32. */
// deno-fmt-ignore
const DIVIDE = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 7, 1, 0x60, 2, 0x7d, 0x7d, 1, 0x7f,
  3, 2, 1, 0,
  7, 5, 1, 1, 0x66, 0, 0,
  10, 10, 1, 8, 0, 0x20, 0, 0x20, 1, 0x95, 0xbc, 0x0b,
);

/**
 * Whether the processor is an x86: 0 / 0 has its sign set there, and nowhere else.
 *
 * Source: Intel, "64 and IA-32 architectures software developer's manual", volume 1, table 4-3, the
 * "real indefinite"; Arm, "Architecture reference manual for A-profile", "the default NaN".
 */
export function isX86(): boolean {
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(DIVIDE)).exports;
  return (f as (x: number, y: number) => number)(0, 0) < 0;
}
