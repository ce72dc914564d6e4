"""services.extraction.codes.handlers"""
