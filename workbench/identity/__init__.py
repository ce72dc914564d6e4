"""Signing in with OpenID Connect: a provider of the organisation says who somebody is."""
