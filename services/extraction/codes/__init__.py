"""services.extraction.codes"""
