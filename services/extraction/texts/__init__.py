"""services.extraction.texts"""
