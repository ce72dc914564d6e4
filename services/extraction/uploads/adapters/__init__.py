"""services.extraction.uploads.adapters"""
