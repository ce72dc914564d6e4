"""services.screening.domain"""
