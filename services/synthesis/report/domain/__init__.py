"""Reports: a neutral document of blocks, and its renderings."""
