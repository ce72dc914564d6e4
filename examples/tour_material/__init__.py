"""What the invented example review `examples/tour` is built from."""
