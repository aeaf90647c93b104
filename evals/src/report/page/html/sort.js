
'use strict';
/* Headings of tables sort their rows: the best or the first letter on top, then the other way, then as written. */
document.querySelectorAll('table').forEach(table => {
  const body = table.tBodies[0];
  const written = [...body.rows];
  if (written.length < 2) return;
  const heads = [...table.tHead.rows[0].cells];
  const text = (row, at) => row.cells[at].textContent;
  const number = (row, at) =>
    parseFloat(row.cells[at].dataset.v || text(row, at).replace('\u2212', '-').replace('+', ''));
  const sorted = (at, numeric, falling) => [...written].sort((a, b) => {
    const sign = falling ? -1 : 1;
    if (!numeric) return sign * text(a, at).localeCompare(text(b, at), undefined, { numeric: true });
    const [x, y] = [number(a, at), number(b, at)];
    return isNaN(x) || isNaN(y) ? isNaN(x) - isNaN(y) : sign * (x - y);
  });
  const states = heads.map(() => 0);
  heads.forEach((head, at) => {
    const numeric = !head.classList.contains('w');
    const button = document.createElement('button');
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const state = (states[at] + 1) % 3;
      states.fill(0);
      states[at] = state;
      heads.forEach(other => other.removeAttribute('aria-sort'));
      const falling = (numeric && !head.classList.contains('low')) !== (state === 2);
      if (state) head.setAttribute('aria-sort', falling ? 'descending' : 'ascending');
      body.append(...(state ? sorted(at, numeric, falling) : written));
    });
  });
});
