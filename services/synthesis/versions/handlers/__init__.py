"""services.synthesis.versions.handlers"""
