"""services.search.cluster"""
