"""Which reviews are shown to everybody, and the figures that are shown."""
