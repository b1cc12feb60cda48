// A publishing job that never comes to its end.
setInterval(() => undefined, 1000);
