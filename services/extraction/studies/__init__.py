"""services.extraction.studies"""
