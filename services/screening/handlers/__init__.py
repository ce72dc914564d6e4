"""Screening's use cases: what people ask for, and what other services' events mean here."""
