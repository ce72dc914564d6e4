"""services.search.adapters"""
