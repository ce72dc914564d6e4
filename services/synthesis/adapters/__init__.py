"""services.synthesis.adapters"""
