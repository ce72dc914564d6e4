"""services.extraction.assistance.domain"""
