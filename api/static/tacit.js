// Everything works without this file; it only spares clicks: keys for the verdict, sound from a time, and progress as it is made.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, audio")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) { event.preventDefault(); target.focus(); target.click(); }
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-at]");
  const sound = document.getElementById("sound");
  if (!link || !sound) return;
  event.preventDefault();
  const from = Number(link.dataset.at);
  const start = () => { sound.currentTime = from; sound.play(); };
  if (sound.readyState > 0) start(); else { sound.addEventListener("loadedmetadata", start, { once: true }); sound.load(); }
});
document.addEventListener("play", (event) => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
}, true);
const followed = document.querySelector("[data-follow]");
if (followed) {
  const events = new EventSource(followed.dataset.follow);
  const left = (seconds) => seconds === null ? "" : seconds >= 90 ? `, about ${Math.round(seconds / 60)} min left` : `, about ${Math.max(1, Math.round(seconds))} s left`;
  events.addEventListener("recording", (event) => {
    const recording = JSON.parse(event.data);
    if (recording.state !== followed.dataset.state) { events.close(); location.reload(); return; }
    followed.querySelector("progress").value = recording.fraction;
    followed.querySelector("span").textContent = (recording.stage ?? recording.state) + left(recording.eta_s);
    recording.stages.forEach((stage, place) => {
      const shown = document.querySelectorAll(".stages li")[place];
      if (!shown) return;
      shown.className = stage.state;
      if (stage.state === "now") shown.setAttribute("aria-current", "step"); else shown.removeAttribute("aria-current");
    });
  });
  events.addEventListener("error", () => { if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000); });
}
