// Charts: each <figure data-chart="id"> draws the ECharts option in the JSON script of that id.
// Names of the palette ("success", "danger", …) stand for colours, so that one option serves both themes.
// Tooltips are drawn inside the canvas: markup with style attributes is what the security policy forbids.

let library;
const charts = new Map();
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

function palette(paper) {
  const style = getComputedStyle(paper ? document.getElementById("paper-colours") ?? document.body : document.body);
  const read = (name) => style.getPropertyValue(`--chart-${name}`).trim();
  const names = ["success", "warning", "danger", "info", "purple", "muted", "accent"];
  return {
    tones: Object.fromEntries(names.map((name) => [name, read(name)])),
    text: read("text"),
    line: read("line"),
    ground: read("ground"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

function coloured(value, tones) {
  if (Array.isArray(value)) return value.map((item) => coloured(item, tones));
  if (value === null || typeof value !== "object") return value;
  const shown = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item, tones)]));
  const tone = shown.colour ?? shown.tone;
  if (typeof tone === "string" && tones[tone]) shown.itemStyle = { ...shown.itemStyle, color: tones[tone] };
  return shown;
}

function axis(found, look) {
  const each = (one) => ({
    ...one,
    axisLine: { lineStyle: { color: look.line }, ...one.axisLine },
    axisTick: { show: false, ...one.axisTick },
    axisLabel: { color: look.text, fontSize: 12, ...one.axisLabel },
    splitLine: { lineStyle: { color: look.line, type: "dashed" }, ...one.splitLine },
  });
  return Array.isArray(found) ? found.map(each) : each(found);
}

function themed(option, paper) {
  const look = palette(paper);
  const ready = coloured(option, look.tones);
  for (const name of ["xAxis", "yAxis"]) if (ready[name]) ready[name] = axis(ready[name], look);
  const series = [ready.series ?? []].flat().map((one) => ({
    barMaxWidth: 28,
    ...one,
    label: { color: look.text, fontSize: 12, ...one.label },
  }));
  return {
    color: [look.tones.accent, look.tones.warning, look.tones.success, look.tones.purple, look.tones.muted],
    textStyle: { fontFamily: look.font, color: look.text },
    ...ready,
    series,
    legend: ready.legend && { ...ready.legend, textStyle: { color: look.text, fontFamily: look.font } },
    animation: !(still.matches || paper),
    tooltip: {
      trigger: series.some((one) => one.type === "pie") ? "item" : "axis",
      ...ready.tooltip,
      renderMode: "richText",
      backgroundColor: look.ground,
      borderColor: look.line,
      textStyle: { color: look.text, fontFamily: look.font },
      axisPointer: { type: "line", lineStyle: { color: look.line }, label: { show: false } },
    },
  };
}

function draw(figure, paper = false) {
  const chart = charts.get(figure);
  const option = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  chart.setOption(themed(option, paper), { notMerge: true });
}

async function start(root) {
  const figures = [...root.querySelectorAll("figure[data-chart]")].filter((figure) => !charts.has(figure));
  if (!figures.length) return;
  library ??= await import(figures[0].dataset.library);
  for (const figure of figures) {
    const canvas = figure.querySelector("[data-chart-canvas]");
    charts.set(figure, library.init(canvas, null, { renderer: "canvas" }));
    draw(figure);
    new ResizeObserver(() => charts.get(figure).resize({ silent: true })).observe(canvas);
    figure.dataset.drawn = "1";
  }
}

document.addEventListener("themechange", () => charts.forEach((_, figure) => draw(figure)));
document.addEventListener("contentadded", (event) => start(event.detail));
document.addEventListener("htmx:afterSettle", (event) => start(event.target));
window.addEventListener("beforeprint", () => charts.forEach((_, figure) => draw(figure, true)));
window.addEventListener("afterprint", () => charts.forEach((_, figure) => draw(figure)));
start(document);
