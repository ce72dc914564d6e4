"""services.extraction.curation.handlers"""
