"""services.extraction.exchange"""
