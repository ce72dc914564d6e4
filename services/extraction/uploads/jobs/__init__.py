"""services.extraction.uploads.jobs"""
