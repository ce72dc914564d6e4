"""services.extraction.documents"""
