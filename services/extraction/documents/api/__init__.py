"""services.extraction.documents.api"""
