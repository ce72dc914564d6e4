"""services.search.living"""
