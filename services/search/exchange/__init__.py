"""services.search.exchange"""
