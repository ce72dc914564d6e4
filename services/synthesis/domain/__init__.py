"""services.synthesis.domain"""
