"""services.extraction.fragments.api"""
