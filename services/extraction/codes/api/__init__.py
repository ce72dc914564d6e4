"""services.extraction.codes.api"""
