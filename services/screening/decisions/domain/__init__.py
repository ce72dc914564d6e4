"""services.screening.decisions.domain"""
