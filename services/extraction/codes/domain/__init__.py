"""services.extraction.codes.domain"""
