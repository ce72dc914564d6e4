"""Models of extraction's HTTP interface. Input forbids what it does not know."""
