// Sends the chosen files, and lists what is kept.
"use strict";

async function list() {
  const kept = await (await fetch("files")).json();
  document.getElementById("files").replaceChildren(
    ...kept.map((file) => {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = `files/${encodeURIComponent(file.name)}`;
      link.textContent = file.name;
      line.append(link, ` ${file.size} bytes`);
      return line;
    }),
  );
}

document.getElementById("send").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const answer = await fetch("files", { method: "POST", body: new FormData(submitted.target) });
  const told = answer.ok ? "Kept" : (await answer.json()).detail;
  document.getElementById("status").textContent = told;
  await list();
});

list();
