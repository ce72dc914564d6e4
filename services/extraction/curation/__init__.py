"""services.extraction.curation"""
