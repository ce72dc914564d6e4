"""Review bundles: reading, checking and writing them."""
