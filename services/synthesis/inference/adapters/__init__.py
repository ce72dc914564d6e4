"""services.synthesis.inference.adapters"""
