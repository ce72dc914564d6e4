"""services.extraction.texts.formats.pdf"""
