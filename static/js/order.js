// Lists that can be put in order: the arrows move a row in place and say its new number. Without it they submit naik/turun.
// <ol data-order data-say="... {n} ... {total}" data-failed="..."> and an element [data-order-status] beside it; with
// data-save every move is posted to the form's action as well, and undone when the server did not take it.
document.querySelectorAll('[data-order]').forEach(list => {
  const status = list.parentElement.querySelector('[data-order-status]');
  const say = text => { if (status) status.textContent = text || ''; };
  const arrow = (row, name) => row.querySelector(`button[name=${name}]`);
  const move = (row, up) => {
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return false;
    if (up) other.before(row); else other.after(row);
    const rows = [...list.children];
    rows.forEach((r, i) => {
      r.classList.toggle('moved', r === row);
      arrow(r, 'naik').disabled = i === 0;
      arrow(r, 'turun').disabled = i === rows.length - 1;
    });
    const same = arrow(row, up ? 'naik' : 'turun');
    (same.disabled ? arrow(row, up ? 'turun' : 'naik') : same).focus();
    say((list.dataset.say || '').replace('{n}', rows.indexOf(row) + 1).replace('{total}', rows.length));
    return true;
  };
  let queue = Promise.resolve();
  list.addEventListener('click', event => {
    const button = event.target.closest('button[name=naik],button[name=turun]');
    if (!button) return;
    event.preventDefault();
    const row = button.closest('li'), up = button.name === 'naik', form = button.form;
    const body = new URLSearchParams(form ? new FormData(form) : []);
    body.append(button.name, button.value);
    if (!move(row, up) || list.dataset.save === undefined || !form) return;
    queue = queue.then(async () => {
      try {
        const answer = await fetch(form.action, { method: 'POST', body, headers: { 'X-Requested-With': 'fetch' } });
        if (!answer.ok) throw new Error(answer.status);
      } catch { move(row, !up); say(list.dataset.failed); }
    });
  });
});
