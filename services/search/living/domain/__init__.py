"""services.search.living.domain"""
