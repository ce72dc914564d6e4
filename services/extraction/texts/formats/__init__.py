"""services.extraction.texts.formats"""
