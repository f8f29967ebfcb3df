// Exam page: shows the chosen row on older phones and keeps a second press from sending twice. Without it the form just posts.
const form = document.querySelector('form[data-exam]') || document.querySelector('main form');
if (form) {
  const paint = () => form.querySelectorAll('.opt').forEach(row => row.classList.toggle('is-on', row.querySelector('input').checked));
  let busy = false, restore = () => {};
  form.addEventListener('change', paint);
  form.addEventListener('submit', event => {
    if (busy) { event.preventDefault(); return; }
    busy = true;
    const button = event.submitter || form.querySelector('[data-busy]');
    const change = setTimeout(() => {
      if (!button || !button.dataset.busy) return;
      const before = [...button.childNodes];
      button.textContent = button.dataset.busy;
      restore = () => { button.textContent = ''; button.append(...before); };
    }, 400);
    // a lost connection leaves the page where it is: the button works again after ten seconds
    const free = setTimeout(release, 10000);
    function release() { clearTimeout(change); clearTimeout(free); restore(); restore = () => {}; busy = false; }
    addEventListener('pageshow', release, { once: true });
    setTimeout(() => { if (event.defaultPrevented) release(); });
  });
  paint();
  addEventListener('pageshow', paint);
}
