// The page's sentences, from <script id="words" type="application/json">.
const element = document.getElementById("words");
export const words = element ? JSON.parse(element.textContent) : {};

/** Fill {name} and Python's %(name)s / %(name)d / %(name)02d marks. */
export function fill(text, values) {
  return String(text || "")
    .replace(/%\((\w+)\)(0(\d))?[sd]/g, (_m, name, _pad, width) => String(values[name]).padStart(Number(width || 0), "0"))
    .replace(/\{(\w+)\}/g, (_m, name) => String(values[name]));
}

/** A length in seconds in words, as foundation/ui/timewords.py says it. */
export function span(seconds) {
  const w = words.span;
  const minutes = Math.floor(Math.abs(seconds) / 60);
  if (minutes < 1) return w.under;
  if (minutes < 60) return fill(w.min, { minutes });
  if (minutes < 1440) {
    const hours = Math.floor(minutes / 60);
    return minutes % 60 ? fill(w.h_min, { hours, minutes: minutes % 60 }) : fill(w.h, { hours });
  }
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  return hours && days < 10 ? fill(w.d_h, { days, hours }) : fill(w.d, { days });
}
