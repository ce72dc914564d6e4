"""services.extraction.forms"""
