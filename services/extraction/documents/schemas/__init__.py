"""services.extraction.documents.schemas"""
