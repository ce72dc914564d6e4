"""services.extraction.acts"""
