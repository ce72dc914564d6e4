"""services.extraction.fragments.store"""
