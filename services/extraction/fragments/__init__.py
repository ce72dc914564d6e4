"""services.extraction.fragments"""
