// A page by itself shows the document that it holds.

show(JSON.parse(document.getElementById("document").textContent));
