// Charts: <div data-chart="OPTION"> carries its option as JSON (a script element beside it would be lost when a live
// update swaps it in: htmx drops all scripts). ECharts is loaded only when a chart is on the page. A click on a point
// opens its "url". Colours follow the theme.
import { words } from "./words.js";

const shown = new Map();
let loading = null;

function library() {
  loading ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.echarts;
    script.addEventListener("load", () => resolve(window.echarts));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return loading;
}

const variable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The house's look under a chart's own option. Tooltips are drawn, not HTML: the content policy forbids its styles. */
function dressed(option, width) {
  const ink = variable("--ink"), muted = variable("--muted"), line = variable("--line");
  const axis = { axisLine: { lineStyle: { color: line } }, axisLabel: { color: muted, hideOverlap: true }, splitLine: { lineStyle: { color: line } }, nameTextStyle: { color: muted } };
  // names of bars take up to a third of the width, then end in dots; what does not fit the legend's line is paged
  const names = { ...axis, axisLabel: { ...axis.axisLabel, width: Math.min(200, width / 3), overflow: "truncate" } };
  // a series may name one of the theme's variables as its colour
  const tinted = (style) => (style?.color?.startsWith?.("--") ? { ...style, color: variable(style.color) } : style);
  const series = [option.series || []].flat().map((s) => ({ ...s, itemStyle: tinted(s.itemStyle), lineStyle: tinted(s.lineStyle) }));
  const dress = (given, base) => (Array.isArray(given) ? given.map((g) => ({ ...base, ...g })) : given ? { ...base, ...given } : given);
  return {
    color: [variable("--accent"), variable("--quiet"), variable("--warning"), variable("--accent-2"), variable("--muted")],
    backgroundColor: "transparent",
    textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
    animationDuration: 250,
    grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
    ...option,
    legend: option.legend && { type: "scroll", textStyle: { color: muted }, pageTextStyle: { color: muted }, pageIconColor: ink, top: 0, right: 0, ...option.legend },
    tooltip: { trigger: "axis", backgroundColor: variable("--raised"), borderColor: line, textStyle: { color: ink }, ...option.tooltip, renderMode: "richText" },
    xAxis: dress(option.xAxis, axis),
    yAxis: dress(option.yAxis, option.yAxis?.type === "category" ? names : axis),
    series,
  };
}

async function draw(element) {
  if (shown.has(element)) return;
  shown.set(element, null);
  const option = JSON.parse(element.dataset.chart);
  const series = [option.series || []].flat();
  if (!series.some((s) => (s.data || []).length) && !option.dataset) {
    element.textContent = words.no_data;
    element.classList.add("is-empty");
    return;
  }
  const echarts = await library();
  const chart = echarts.init(element);
  chart.setOption(dressed(option, element.clientWidth));
  chart.on("click", (point) => { if (point.data?.url) location.assign(point.data.url); });
  shown.set(element, { chart, option });
  new ResizeObserver(() => { chart.resize(); chart.setOption(dressed(option, element.clientWidth)); }).observe(element);
}

function all(root = document) {
  for (const [element, kept] of shown) {
    if (!element.isConnected) { kept?.chart.dispose(); shown.delete(element); }
  }
  for (const element of root.querySelectorAll("[data-chart]")) draw(element);
}

export function start() {
  all();
  document.body.addEventListener("htmx:afterSettle", () => all());
  new MutationObserver(() => {
    for (const kept of shown.values()) kept?.chart.setOption(dressed(kept.option, kept.chart.getWidth()));
  }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}
