"""Placeholder so that the command line imports; replaced below."""
