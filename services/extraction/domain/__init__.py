"""services.extraction.domain"""
