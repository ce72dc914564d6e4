"""Claims about Retroduct, each kept by a machine."""
