"""Whom a provider means, and sign-ins that are under way."""
