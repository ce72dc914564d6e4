"""services.extraction.uploads"""
