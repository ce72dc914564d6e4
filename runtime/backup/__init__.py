"""Copies of everything: taken while work goes on, proven, put back on either database."""
