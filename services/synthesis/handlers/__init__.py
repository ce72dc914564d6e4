"""Use cases of synthesis: what other services' events mean, and what people say here."""
