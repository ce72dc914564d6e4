"""Living searches, their runs, and what each search has found."""
