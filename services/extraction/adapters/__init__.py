"""services.extraction.adapters"""
