"""services.synthesis.versions"""
