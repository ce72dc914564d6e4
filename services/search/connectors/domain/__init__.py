"""What the optional sources say, as values."""
