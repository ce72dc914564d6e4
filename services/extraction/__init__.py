"""services.extraction"""
