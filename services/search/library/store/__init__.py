"""services.search.library.store"""
