"""services.search.living.handlers"""
