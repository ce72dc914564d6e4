"""services.extraction.documents.handlers"""
