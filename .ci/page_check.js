// Appended to a report by .ci/screenshots: looks for labels that overlap or leave their drawing and for parts wider than
// the window, clicks every heading, and says what was checked and what is wrong.
const wrong = [];

const value = cell => parseFloat(cell.dataset.v || cell.textContent.replace('\u2212', '-').replace('+', ''));
const ordered = (cells, numeric, falling) => {
  const sign = falling ? -1 : 1;
  const values = numeric ? cells.map(value).filter(x => !isNaN(x)) : cells.map(cell => cell.textContent);
  return values.every((x, i) => i === 0 || (numeric
    ? sign * (x - values[i - 1]) >= 0
    : sign * x.localeCompare(values[i - 1], undefined, { numeric: true }) >= 0));
};
let tables = 0;
document.querySelectorAll('table').forEach((table, number) => {
  if (table.tBodies[0].rows.length < 2) return;
  tables += 1;
  const written = [...table.tBodies[0].rows];
  const column = at => [...table.tBodies[0].rows].map(row => row.cells[at]);
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const numeric = !head.classList.contains('w');
    const falling = numeric && !head.classList.contains('low');
    const say = what => wrong.push(`table ${number + 1}, column ${at + 1}: ${what}`);
    for (const [click, down] of [['first', falling], ['second', !falling]]) {
      head.querySelector('button').click();
      if (!ordered(column(at), numeric, down)) say(`${click} click`);
      if (head.getAttribute('aria-sort') !== (down ? 'descending' : 'ascending')) say(`${click} click: aria-sort`);
    }
    head.querySelector('button').click();
    if (![...table.tBodies[0].rows].every((row, i) => row === written[i])) say('third click');
    if (head.hasAttribute('aria-sort')) say('third click: aria-sort');
  });
});

// Boxes of text are as high as the font's tallest letters: two lines may touch, so a few pixels are allowed.
const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
  && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
let labels = 0;
document.querySelectorAll('.panels > svg').forEach((svg, number) => {
  const outer = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
  labels += boxes.length;
  boxes.forEach(([text, box], i) => {
    if (box.left < outer.left - 1 || box.right > outer.right + 1 || box.top < outer.top - 2 || box.bottom > outer.bottom + 2)
      wrong.push(`drawing ${number + 1}: "${text}" leaves it`);
    boxes.slice(i + 1).forEach(([other, there]) => {
      if (overlap(box, there)) wrong.push(`drawing ${number + 1}: "${text}" lies on "${other}"`);
    });
  });
});

const width = document.documentElement.scrollWidth;
if (width > window.innerWidth) wrong.push(`${width} pixels wide in a window of ${window.innerWidth}`);

const said = document.createElement('output');
said.id = 'checked';
said.textContent = `${tables} tables, ${labels} labels, ${wrong.length} wrong ${wrong.join('; ')}`;
document.body.append(said);
