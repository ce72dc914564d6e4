"""services.extraction.assistance"""
