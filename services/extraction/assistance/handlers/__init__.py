"""services.extraction.assistance.handlers"""
