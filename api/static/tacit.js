// Everything works without this file; it only spares clicks: keys for the verdict, and sound from a time.
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
