"""services.search"""
