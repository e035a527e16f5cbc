"use strict";
{
  const controls = document.getElementById("controls");
  const labels = document.getElementById("labels");
  const shown = document.getElementById("shown");
  const cards = document.querySelectorAll(".card");
  const isBeside = matchMedia("(min-width: 52rem)");
  let pinned = null;

  // Mark the words of an answer, or what a word is told in.

  function partners(source) {
    const article = source.closest("article");
    if (source.dataset.spans !== undefined) {
      const numbers = source.dataset.spans.split(" ");
      return numbers.flatMap((number) => [
        ...article.querySelectorAll(`mark[data-span="${number}"]`),
      ]);
    }
    const answers = article.querySelectorAll(`.answer[data-spans~="${source.dataset.span}"]`);
    const incidents = source.dataset.incidents?.split(" ") ?? [];
    const cardOf = (number) => document.getElementById(`${article.id}-i${number}`);
    return [...answers, ...incidents.map(cardOf)];
  }

  function light(source) {
    for (const element of document.querySelectorAll(".lit")) element.classList.remove("lit");
    if (!source) return;
    for (const element of [source, ...partners(source)]) element.classList.add("lit");
  }

  const sourceOf = (target) => target.closest?.(".answer, mark[data-span]") ?? null;

  for (const [name, isStart] of [
    ["mouseover", true],
    ["focusin", true],
    ["mouseout", false],
    ["focusout", false],
  ]) {
    document.addEventListener(name, (event) => {
      light((isStart && sourceOf(event.target)) || pinned);
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    pinned = link?.classList.contains("answer") ? link : null;
    light(pinned);
    const goal = link && document.getElementById(link.hash.slice(1));
    if (!goal || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goal.focus({ preventScroll: true });
    light(pinned);
    const isLong = goal.matches("article, #articles");
    const block = isLong ? "start" : isBeside.matches ? "nearest" : "center";
    goal.scrollIntoView({ block });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    pinned = null;
    light(null);
  });

  // Follow the controls: incidents of the chosen types only, where none chosen shows all, and
  // labels or not. A browser may have kept what was chosen before a reload.

  function follow() {
    const boxes = [...controls.querySelectorAll("input[name='type']")];
    const chosen = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const isShown = (type) => chosen.size === 0 || chosen.has(type);
    for (const element of document.querySelectorAll("[data-type]")) {
      element.hidden = !isShown(element.dataset.type);
    }
    for (const day of document.querySelectorAll(".day")) {
      day.hidden = !day.querySelector("[data-type]:not([hidden])");
    }
    for (const article of document.querySelectorAll("article")) {
      article.hidden = chosen.size > 0 && !article.querySelector("[data-type]:not([hidden])");
    }
    for (const mark of document.querySelectorAll("mark[data-incidents]")) {
      const id = mark.closest("article").id;
      const numbers = mark.dataset.incidents.split(" ");
      const isOff = numbers.every((number) => document.getElementById(`${id}-i${number}`).hidden);
      mark.classList.toggle("off", isOff);
    }
    const count = [...cards].filter((card) => !card.hidden).length;
    document.documentElement.classList.toggle("unlabelled", !labels.checked);
    shown.textContent = chosen.size === 0 ? "" : `, ${count.toLocaleString("en")} shown`;
  }

  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("change", follow);
  controls.hidden = false;
  follow();
}
