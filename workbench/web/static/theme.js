// A classic script in <head>: sets the chosen theme before the first paint.
const chosen = localStorage.getItem('retroduct-theme');
if (chosen) document.documentElement.dataset.theme = chosen;
