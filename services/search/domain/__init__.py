"""services.search.domain"""
