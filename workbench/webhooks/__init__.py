"""Signed webhooks (Standard Webhooks): every wanted event of a review, sent to an address."""
