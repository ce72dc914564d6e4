"""How every reader keeps what other services publish: the newest state, and merges as aliases."""
