// A publishing job that says that it succeeded.
