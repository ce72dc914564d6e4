"""services.extraction.fragments.handlers"""
