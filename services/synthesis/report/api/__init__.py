"""Routes of the report: its formats and pictures, and the texts that its authors write."""
