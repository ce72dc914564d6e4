"""services.search.cluster.handlers"""
