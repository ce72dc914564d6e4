"""Public status: what a review shows to everybody, if its team wants it."""
