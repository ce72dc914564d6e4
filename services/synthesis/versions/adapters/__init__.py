"""services.synthesis.versions.adapters"""
