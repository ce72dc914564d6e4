"""services.search.library.handlers"""
