"""services.search.library.domain"""
