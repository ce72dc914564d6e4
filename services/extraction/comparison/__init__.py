"""services.extraction.comparison"""
