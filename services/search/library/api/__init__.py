"""services.search.library.api"""
