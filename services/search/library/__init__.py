"""services.search.library"""
